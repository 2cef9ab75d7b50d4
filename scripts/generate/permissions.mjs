import { code, table } from './markdown.mjs';

/** What a scan needs to be allowed to do, and the role that allows exactly that. */
export async function permissionsPage({ policies }) {
  const { permissionsFor } = await import('../../dist/commands/permissions.js');
  const actions = permissionsFor(policies.map(({ policy }) => policy));
  return `# Permissions

Written by \`npm run generate\` from the readers' declarations and the pack; do not edit.

The built-in role **Reader** is enough for everything below. A custom role with exactly these actions is less: it cannot
download the logs of a PostgreSQL server, which Reader can. Print it for the pack, or for the policies that you choose:

\`\`\`sh
node dist/cli.js doctor --role > role.json
node dist/cli.js doctor --role --policy pg-cmk-enabled --policy st-cmk-enabled
\`\`\`

and create it with \`az role definition create --role-definition role.json\` after writing your own scope into it.
assay never lists storage keys, reads no secret, no blob and no row, and writes nothing.

${table(
  ['action', 'read by', 'what', 'policies'],
  actions.map(({ action, by, read, policies: ids }) => [
    code(action),
    by,
    code(read),
    ids.length > 6 ? `${ids.length} policies` : ids.join(' '),
  ]),
)}
`;
}
