const rows = Array.from({ length: 12 }, (_, at) => at);

/** Stands where the results will be, so that nothing jumps when they come. */
export function LoadingRows() {
  return (
    <div className="loading-rows" aria-hidden="true">
      {rows.map((row) => (
        <div key={row} />
      ))}
    </div>
  );
}
