/** Viewfinder corners around a check: one of the two signatures. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path
        stroke="var(--px-ink)"
        d="M2 7V4a2 2 0 0 1 2-2h3M17 2h3a2 2 0 0 1 2 2v3M22 17v3a2 2 0 0 1-2 2h-3M7 22H4a2 2 0 0 1-2-2v-3"
      />
      <path stroke="var(--px-accent-text)" d="m7.5 12.5 3 3 6-7" />
    </svg>
  );
}
