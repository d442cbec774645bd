import type { ReactNode } from 'react';

function icon(path: ReactNode) {
  return function Icon() {
    return (
      <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        {path}
      </svg>
    );
  };
}

export const ChevronIcon = icon(<path d="M6 3.5 10.5 8 6 12.5" />);
export const CloseIcon = icon(<path d="m4 4 8 8m0-8-8 8" />);
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
  </>,
);
export const CheckIcon = icon(<path d="m3 8.5 3.2 3.2L13 5" />);
export const DownloadIcon = icon(<path d="M8 2.5v8m0 0L4.8 7.4M8 10.5l3.2-3.1M3 13.5h10" />);
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.3" />
    <path d="m10.3 10.3 3.2 3.2" />
  </>,
);
export const HelpIcon = icon(
  <>
    <circle cx="8" cy="8" r="6" />
    <path d="M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.2m0 2v.01" />
  </>,
);
export const FilterIcon = icon(<path d="M2 4h12M4.5 8h7M6.5 12h3" />);
export const ColumnsIcon = icon(<path d="M2.5 3h11v10h-11zM6.2 3v10m3.6-10v10" />);
export const ThemeIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.5" />
    <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
  </>,
);
export const OperationsIcon = icon(<path d="M1.5 8.5h3l2-5 3 9.5 2-4.5h3" />);
