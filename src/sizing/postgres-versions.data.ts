/** One major version of PostgreSQL on Flexible Server, under the name that ARM writes in `properties.version`. */
export interface PostgresVersion {
  readonly name: string;
  /** Last day of Azure's standard support, ISO 8601; no patches and no new servers after it. */
  readonly endOfSupport: string;
  /** Whether the server parameter `connection_throttle.enable` exists; Azure took it away with version 16. */
  readonly connectionThrottle: boolean;
}

/** Where the dates come from, and how old they are: whoever updates the table updates these. */
export const postgresVersionSources = [
  { article: 'Azure Database for PostgreSQL: Version policy', columns: 'endOfSupport', dated: '2026-01-20' },
  {
    article: 'Azure Policy: Connection throttling should be enabled for PostgreSQL flexible servers (deprecated)',
    columns: 'connectionThrottle',
    dated: '2026-07-14',
  },
] as const;

export const postgresVersions: readonly PostgresVersion[] = [
  { name: '11', endOfSupport: '2026-03-31', connectionThrottle: true },
  { name: '12', endOfSupport: '2026-03-31', connectionThrottle: true },
  { name: '13', endOfSupport: '2026-03-31', connectionThrottle: true },
  { name: '14', endOfSupport: '2026-11-12', connectionThrottle: true },
  { name: '15', endOfSupport: '2027-11-11', connectionThrottle: true },
  { name: '16', endOfSupport: '2028-11-09', connectionThrottle: false },
  { name: '17', endOfSupport: '2029-11-08', connectionThrottle: false },
  { name: '18', endOfSupport: '2030-11-14', connectionThrottle: false },
];
