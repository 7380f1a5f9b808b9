const PATHS = {
  basket: "M3 5h2.2l2.3 10h9.6L19.6 8H7M9 19.2v.1M16 19.2v.1",
  code: "m8.5 7-5 5 5 5m7-10 5 5-5 5M13.5 5l-3 14",
  share: "M12 15V4m0 0L8 8m4-4 4 4M5 12v7h14v-7",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  sun: "M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
  half: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0v18m4-16v14m-2-15v16",
  leave: "M14 5H5v14h9M10 12h10m0 0-4-4m4 4-4 4",
  download: "M12 4v11m0 0-4-4m4 4 4-4M5 19h14",
  copy: "M9 9h10v11H9zM5 15V4h10",
} as const;

/** Line icons as inline SVG, so that the page needs no icon font or sprite. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
