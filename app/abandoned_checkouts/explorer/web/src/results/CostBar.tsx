import { useEffect, useState } from "react";
import type { Answer } from "../admin";

/** What the query cost and what the bucket holds by now: it fills up while one looks. */
export function CostBar({ answer }: { answer: Answer }) {
  const cost = answer.body.extensions?.cost;
  const [, setNow] = useState(0);
  const status = cost?.throttleStatus;
  const seconds = (Date.now() - answer.receivedAt) / 1000;
  const left = status
    ? Math.min(status.maximumAvailable, status.currentlyAvailable + seconds * status.restoreRate)
    : 0;
  const full = !status || left >= status.maximumAvailable;
  useEffect(() => {
    if (full) return;
    const tick = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(tick);
  }, [full, answer]);

  return (
    <div className="cost" aria-label="Cost of the query" role="group">
      {cost && status ? (
        <>
          <span>
            Cost <strong>{cost.requestedQueryCost.toLocaleString()}</strong> requested
          </span>
          <span>
            <strong>{cost.actualQueryCost?.toLocaleString() ?? "–"}</strong> actual
          </span>
          <span className="bucket">
            <meter
              min={0}
              max={status.maximumAvailable}
              low={status.maximumAvailable / 10}
              value={left}
              aria-label="Points left in the bucket"
            />
            <span>
              <strong>{Math.floor(left).toLocaleString()}</strong> of {status.maximumAvailable.toLocaleString()} left,{" "}
              {status.restoreRate.toLocaleString()} a second
            </span>
          </span>
        </>
      ) : (
        <span>No cost was reported</span>
      )}
      {answer.milliseconds > 0 && (
        <span className="took">{Math.round(answer.milliseconds).toLocaleString()} ms</span>
      )}
    </div>
  );
}
