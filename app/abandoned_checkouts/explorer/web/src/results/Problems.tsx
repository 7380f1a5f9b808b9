import { useEffect, useState } from "react";
import type { Answer, Problem } from "../admin";
import { reveal } from "../editor/shared";
import { listingName } from "./words";

interface Props {
  answer: Answer;
  onAgain(): void;
}

const waitOf = ({ body }: Answer): number => {
  const cost = body.extensions?.cost;
  if (!cost) return 1;
  const { currentlyAvailable, restoreRate } = cost.throttleStatus;
  return Math.max(1, Math.ceil((cost.requestedQueryCost - currentlyAvailable) / restoreRate));
};

function Throttled({ answer, onAgain }: Props) {
  const [left, setLeft] = useState(() => waitOf(answer));
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
      <button type="button" className="link" disabled={left > 0} onClick={onAgain}>
        {left > 0 ? `Try again in ${left} s` : "Try again"}
      </button>
    </>
  );
}

function One({ problem, answer, onAgain }: Props & { problem: Problem }) {
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
      {code === "THROTTLED" && <Throttled key={answer.receivedAt} answer={answer} onAgain={onAgain} />}
    </li>
  );
}

/** What went wrong with the answer, and which parts of its searches were not understood. */
export function Problems({ answer, onAgain }: Props) {
  const notices = (answer.body.extensions?.search ?? []).filter(({ warnings }) => warnings.length);
  return (
    <>
      {answer.problems.length > 0 && (
        <div className="problems" role="alert">
          <ul>
            {answer.problems.map((problem, at) => (
              <One key={at} problem={problem} answer={answer} onAgain={onAgain} />
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
