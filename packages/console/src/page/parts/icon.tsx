const paths = {
  chains: 'M4 6h5M4 18h5M15 12h5M9 6c4 0 2 6 6 6M9 18c4 0 2-6 6-6',
  runs: 'M4 6h16M4 12h10M4 18h13',
  data: 'M4 5h16v14H4zM4 10h16M10 5v14',
  feeds: 'M3 13h4l3-8 4 14 3-6h4',
  'dead-letters': 'M3 6h18v12H3zM3 7l9 7 9-7',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.5 4.5',
  upload: 'M12 16V4M7 9l5-5 5 5M4 16v4h16v-4',
  light:
    'M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19',
  dark: 'M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z',
  system: 'M3 5h18v11H3zM9 20h6M12 16v4',
  help: 'M9 9a3 3 0 1 1 4.2 2.7c-.9.5-1.2 1-1.2 2.3M12 17.5v.1',
  replay: 'M4 12a8 8 0 1 0 3-6.2M4 4v4h4',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  bucket: 'M4 7h16l-2 13H6zM4 7c0-4 16-4 16 0',
  close: 'M6 6l12 12M18 6L6 18',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
