import { stringify } from 'yaml';
import { folderOf } from './coverage.mjs';
import { code, folded } from './markdown.mjs';

/** One page a service, with everything that a policy says. */
export async function policyPages({ policies }) {
  const { isGraphOnly } = await import('../../dist/commands/graph-only.js');
  return [...grouped(policies)].map(([folder, some]) => [
    `docs/policies/${folder}.md`,
    page(folder, some, isGraphOnly),
  ]);
}

function grouped(policies) {
  const groups = new Map();
  for (const one of policies) {
    const folder = folderOf(one.policy);
    groups.set(folder, [...(groups.get(folder) ?? []), one]);
  }
  return groups;
}

const page = (folder, policies, isGraphOnly) => `# Policies: ${folder}

Written by \`npm run generate\` from \`policies/${folder}/\`; do not edit.

${policies.map(({ policy }) => `- [${policy.metadata.id}](#${policy.metadata.id}) ${policy.metadata.title}`).join('\n')}

${policies.map((one) => section(one, isGraphOnly)).join('\n\n')}
`;

function section({ policy }, isGraphOnly) {
  const { metadata, remediation } = policy;
  const block = (title, language, text) => `${title}\n\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
  const runs =
    policy.subject === 'workload'
      ? 'in assay (workload declaration)'
      : isGraphOnly(policy)
        ? 'in Resource Graph unchanged'
        : 'in assay (reads beyond Resource Graph)';
  return [
    `## ${metadata.id}`,
    `**${metadata.title}.** Severity ${metadata.severity}, topic ${code(metadata.topic)}, about ${code(policy.subject)}, runs ${runs}.` +
      (metadata.requirements.length > 0 ? ` Serves ${metadata.requirements.join(', ')}.` : ''),
    ...(metadata.rationale === undefined ? [] : [folded(metadata.rationale)]),
    `Trap: ${folded(metadata.trap)}`,
    block('Query', 'kusto', policy.query),
    ...(policy.parameters === undefined ? [] : [block('Parameters', 'yaml', stringify(policy.parameters))]),
    ...(policy.applies === undefined ? [] : [block('Applies', 'yaml', stringify(policy.applies))]),
    block('Expectation', 'yaml', stringify(policy.expectation)),
    block(
      `Repair: ${remediation.class}, downtime ${remediation.downtime}${remediation.approval === 'customer' ? ', after the customer approves' : ''}`,
      'text',
      remediation.az.join('\n'),
    ),
    ...(remediation.willBreak === undefined ? [] : [`Will break: ${folded(remediation.willBreak)}`]),
  ].join('\n\n');
}
