// Who may import whom. One line a room; what each room may not do, and why, stands in docs/architecture.md.
const mayImport = {
  kql: [],
  sizing: [],
  snapshot: [],
  workload: [],
  x509: [],
  policy: ['kql', 'snapshot:type', 'workload:type'],
  evaluate: ['kql', 'policy', 'snapshot', 'workload'],
  control: ['workload', 'policy:type', 'evaluate:type'],
  inputs: ['policy', 'control', 'workload', 'report'],
  remediate: ['policy', 'snapshot', 'evaluate', 'control', 'workload'],
  evidence: ['x509', 'snapshot:type', 'evaluate:type', 'control:type'],
  report: [
    'x509',
    'evaluate:type',
    'control:type',
    'remediate:type',
    'evidence:type',
    'policy:type',
    'snapshot:type',
    'workload:type',
  ],
  azure: ['snapshot'],
  emulator: ['kql', 'snapshot', 'x509'],
};

// Of `snapshot/`, pure rooms take the types and the in-memory tables, never its reader or writer.
const pureRooms = 'kql|policy|evaluate|control|workload|sizing|remediate|report';
const pure = `^src/(${pureRooms})/`;
const harmlessCore = '^(node:)?(zlib|util|crypto|buffer)$';

const roomRules = Object.entries(mayImport).flatMap(([room, allowed]) => {
  const values = allowed.filter((one) => !one.endsWith(':type'));
  const types = allowed.map((one) => one.replace(':type', ''));
  const from = { path: `^src/${room}/` };
  const others = (rooms) => ({ path: '^src/', pathNot: [room, ...rooms].map((one) => `^src/${one}/`) });
  return [
    {
      name: `${room}-values`,
      comment: `${room} may use values of: ${values.join(', ') || 'nothing'}`,
      severity: 'error',
      from,
      to: { ...others(values), dependencyTypesNot: ['type-only'] },
    },
    {
      name: `${room}-types`,
      comment: `${room} may use types of: ${types.join(', ') || 'nothing'}`,
      severity: 'error',
      from,
      to: { ...others(types), dependencyTypes: ['type-only'] },
    },
  ];
});

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'no-cycles',
      comment: 'a cycle is one room pretending to be two; types may point back',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dead-files',
      comment: 'what neither the command line nor the library reaches is not product',
      severity: 'error',
      from: { path: '^src/(cli|index)\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(cli|index)\\.ts$', reachable: false },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'the same inputs give the same bytes on any machine',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: ['core'], pathNot: harmlessCore },
    },
    {
      name: 'pure-rooms-reach-no-io',
      comment: 'nor through another room',
      severity: 'error',
      from: { path: pure },
      to: { path: '^src/(azure|emulator|inputs|evidence|commands)/|^src/snapshot/(read|write)\\.ts$', reachable: true },
    },
    {
      name: 'only-azure-talks-to-azure',
      comment: 'everything that leaves the machine leaves through one room',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/azure/' },
      to: { path: 'node_modules/@azure/' },
    },
    {
      name: 'nothing-imports-commands',
      comment: 'commands are the rim: they compose, nothing builds on them but the two entries',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli\\.ts|index\\.ts|commands/)' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'not-to-dev-dep',
      comment: 'what runs at a user must be installed at a user',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-does-not-need-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|fixtures)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
