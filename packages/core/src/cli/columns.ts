/**
 * Rows of cells as lines, each column as wide as its widest cell: the first one to the left, the
 * others to the side that is given.
 */
export function columns(
  rows: readonly (readonly string[])[],
  side: "left" | "right",
): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        side === "left" || column === 0
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
