import { useEffect, useState } from "react";
import type { Answer, Problem } from "../admin";
import { currentQuery, reveal } from "../editor/shared";
import { useExplorer, write } from "../state";
import { listingName } from "./words";

const waitOf = ({ body }: Answer): number => {
  const cost = body.extensions?.cost;
  if (!cost) return 1;
  const { currentlyAvailable, restoreRate } = cost.throttleStatus;
  return Math.max(1, Math.ceil((cost.requestedQueryCost - currentlyAvailable) / restoreRate));
};

function Throttled({ answer }: { answer: Answer }) {
  const [left, setLeft] = useState(() => waitOf(answer));
  const { show } = useExplorer();
  useEffect(() => {
    if (left <= 0) return;
    const tick = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(tick);
  }, [left]);
  const cost = answer.body.extensions?.cost;
  return (
    <>
      {cost && (
        <>
          The query needs {cost.requestedQueryCost.toLocaleString()} points and{" "}
          {Math.floor(cost.throttleStatus.currentlyAvailable).toLocaleString()} are left; the bucket refills by{" "}
          {cost.throttleStatus.restoreRate.toLocaleString()} a second.{" "}
        </>
      )}
      <button
        type="button"
        className="link"
        disabled={left > 0}
        onClick={() => write({ document: currentQuery(), show, run: true })}
      >
        {left > 0 ? `Try again in ${left} s` : "Try again"}
      </button>
    </>
  );
}

function One({ problem, answer }: { problem: Problem; answer: Answer }) {
  const { message, code, line, column, path } = problem;
  return (
    <li>
      {code && <span className="code">{code}</span>} {/[.?!]$/.test(message.trim()) ? message.trim() : `${message.trim()}.`}{" "}
      {line && column && (
        <button type="button" className="link" onClick={() => reveal(line, column)}>
          Line {line}
        </button>
      )}
      {path && <span className="quiet"> in {path}</span>}
      {code === "THROTTLED" && <Throttled key={answer.receivedAt} answer={answer} />}
    </li>
  );
}

/** What went wrong with the answer, and which parts of its searches were not understood. */
export function Problems({ answer }: { answer: Answer }) {
  const notices = (answer.body.extensions?.search ?? []).filter(({ warnings }) => warnings.length);
  return (
    <>
      {answer.problems.length > 0 && (
        <div className="problems" role="alert">
          <ul>
            {answer.problems.map((problem, at) => (
              <One key={at} problem={problem} answer={answer} />
            ))}
            {answer.requestId && answer.status >= 500 && <li className="quiet">Request ID: {answer.requestId}</li>}
          </ul>
        </div>
      )}
      {notices.length > 0 && (
        <div className="problems notices" role="status">
          <ul>
            {notices.flatMap(({ path, warnings }) =>
              warnings.map(({ field, message }) => (
                <li key={`${path.join(".")}${field}${message}`}>
                  {listingName(path.join("."))}: <code>{field}</code> {message}
                </li>
              )),
            )}
          </ul>
        </div>
      )}
    </>
  );
}
