import { useEffect, useState } from "react";
import type { AdminResponse } from "../admin";

/** The cost of the query, and the points that are left now. They are restored while the page is open. */
export function CostBar({ response }: { response: AdminResponse }) {
  const cost = response.body.extensions?.cost;
  const [, setNow] = useState(0);
  const status = cost?.throttleStatus;
  const seconds = (Date.now() - response.receivedAt) / 1000;
  const left = status
    ? Math.min(status.maximumAvailable, status.currentlyAvailable + seconds * status.restoreRate)
    : 0;
  const full = !status || left >= status.maximumAvailable;
  useEffect(() => {
    if (full) return;
    const tick = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(tick);
  }, [full, response]);

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
              aria-label="Points left"
            />
            <span>
              <strong>{Math.floor(left).toLocaleString()}</strong> of {status.maximumAvailable.toLocaleString()} left,{" "}
              {status.restoreRate.toLocaleString()} restored per second
            </span>
          </span>
        </>
      ) : (
        <span>No cost reported</span>
      )}
      {response.milliseconds > 0 && (
        <span className="took">{Math.round(response.milliseconds).toLocaleString()} ms</span>
      )}
    </div>
  );
}
