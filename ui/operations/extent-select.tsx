const extents = { none: 'not at all', sample: 'a sample', whole: 'all of it' } as const;

interface ExtentSelectProps {
  readonly name: string;
  readonly label: string;
  readonly initial?: string;
}

/** How much is compared. */
export function ExtentSelect({ name, label, initial = 'sample' }: ExtentSelectProps) {
  return (
    <label className="select">
      <span>{label}</span>
      <select name={name} defaultValue={initial}>
        {Object.entries(extents).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The same in the middle of a sentence. */
export function extentText(extent: string | null): string {
  return extents[extent as keyof typeof extents] ?? 'an unknown part';
}
