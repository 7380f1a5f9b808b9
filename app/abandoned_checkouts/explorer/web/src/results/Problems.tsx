import { useEffect, useState } from "react";
import type { AdminResponse, Problem } from "../admin";
import { reveal } from "../editor/shared";
import { listingName } from "./words";

interface Props {
  response: AdminResponse;
  onAgain(): void;
}

const waitOf = ({ body }: AdminResponse): number => {
  const cost = body.extensions?.cost;
  if (!cost) return 1;
  const { currentlyAvailable, restoreRate } = cost.throttleStatus;
  return Math.max(1, Math.ceil((cost.requestedQueryCost - currentlyAvailable) / restoreRate));
};

function Throttled({ response, onAgain }: Props) {
  const [left, setLeft] = useState(() => waitOf(response));
  useEffect(() => {
    if (left <= 0) return;
    const tick = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(tick);
  }, [left]);
  const cost = response.body.extensions?.cost;
  return (
    <>
      {cost && (
        <>
          The query needs {cost.requestedQueryCost.toLocaleString()} points, and{" "}
          {Math.floor(cost.throttleStatus.currentlyAvailable).toLocaleString()} are left. The rate limit restores{" "}
          {cost.throttleStatus.restoreRate.toLocaleString()} points per second.{" "}
        </>
      )}
      <button type="button" className="link" disabled={left > 0} onClick={onAgain}>
        {left > 0 ? `Try again in ${left} s` : "Try again"}
      </button>
    </>
  );
}

function One({ problem, response, onAgain }: Props & { problem: Problem }) {
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
      {code === "THROTTLED" && <Throttled key={response.receivedAt} response={response} onAgain={onAgain} />}
    </li>
  );
}

/** The errors of a response, and the warnings of its searches. */
export function Problems({ response, onAgain }: Props) {
  const notices = (response.body.extensions?.search ?? []).filter(({ warnings }) => warnings.length);
  return (
    <>
      {response.problems.length > 0 && (
        <div className="problems" role="alert">
          <ul>
            {response.problems.map((problem, at) => (
              <One key={at} problem={problem} response={response} onAgain={onAgain} />
            ))}
            {response.requestId && response.status >= 500 && <li className="quiet">Request ID: {response.requestId}</li>}
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
