/** How much of a list the PDF prints; each list says `x of y shown` and names the file that has all of it. */
export const limits = {
  scopes: 24,
  types: 60,
  unread: 40,
  environments: 16,
  failingPerPolicy: 20,
  failing: 300,
  unknownPerReason: 30,
  waivers: 80,
  attestations: 80,
  steps: 60,
  items: 300,
  policies: 200,
  queryLines: 120,
  commandLines: 24,
} as const;
