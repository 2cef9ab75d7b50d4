import { code, table } from './markdown.mjs';

const services = {
  pg: 'PostgreSQL Flexible Server',
  st: 'Storage',
  kv: 'Key Vault',
  net: 'Network',
  mon: 'Monitor',
  def: 'Defender for Cloud',
  id: 'Identity',
  ai: 'AI services',
  bk: 'Backup',
  pol: 'Azure Policy',
  res: 'Resources',
  own: 'Own topics, which no peer checks',
};

/** Topic × policy × requirement × frameworks × reads × permission: what is covered, and what is not yet. */
export async function coveragePage({ policies, topics, controls, catalogue }) {
  const { permissionsFor } = await import('../../dist/commands/permissions.js');
  const byTopic = new Map(topics.map(({ id }) => [id, policies.filter(({ policy }) => policy.metadata.topic === id)]));
  const field = topics.filter(({ id }) => !id.startsWith('own.'));
  const own = topics.filter(({ id }) => id.startsWith('own.'));
  const covered = (some) => some.filter(({ id }) => (byTopic.get(id) ?? []).length > 0).length;
  const frameworks = frameworksOf(controls, catalogue);
  const rows = ({ id, title, peers }) => {
    const found = byTopic.get(id) ?? [];
    if (found.length === 0) return [[code(id), title, peers, 'not covered yet', '', '', '', '']];
    return found.map(({ policy }) => [
      code(id),
      title,
      peers,
      `[${policy.metadata.id}](policies/${folderOf(policy)}.md#${policy.metadata.id})`,
      policy.metadata.requirements.join(' '),
      frameworks(policy).join(', '),
      readsOf(policy).map(code).join(' '),
      permissionsFor([policy])
        .filter(({ policies: ids }) => ids.length > 0)
        .map(({ action }) => code(action))
        .join(' '),
    ]);
  };
  const sections = Object.entries(services).flatMap(([prefix, title]) => {
    const some = topics.filter(({ id }) => id.startsWith(`${prefix}.`));
    if (some.length === 0) return [];
    const head = ['topic', 'what it is about', 'peers', 'policy', 'requirements', 'frameworks', 'reads', 'permissions'];
    return [`## ${title}: ${covered(some)} of ${some.length}`, '', table(head, some.flatMap(rows)), ''];
  });
  return `# Coverage

Written by \`npm run generate\` from the policies, the controls and \`policies/topics.json\`; do not edit.

**${covered(field)} of ${field.length}** topics of the field and **${covered(own)} of ${own.length}** topics of our own have a policy; the pack holds
${policies.length} policies. "Peers" is how many of ten comparable tools check the topic at all. A topic is something to look at, not a
verdict: what each policy reads, expects and calls unknown stands on its page.

${sections.join('\n')}`;
}

/** Framework references of a policy: through the controls that name it, and through the topics of the catalogue. */
function frameworksOf(controls, catalogue) {
  const matches = (topic, pattern) =>
    topic === pattern || (pattern.endsWith('.*') && topic.startsWith(pattern.slice(0, -1)));
  return ({ metadata }) => {
    const through = controls
      .filter(({ items }) => items.some((item) => item.policies.some(({ ref }) => ref === metadata.id)))
      .flatMap(({ mappings = [] }) => mappings.filter(({ relation }) => relation !== 'none').map(({ to }) => to))
      .filter((to) => !to.startsWith('nist-ai-rmf'));
    const subcategories = catalogue.controls
      .filter(({ evidence }) =>
        evidence.some(
          ({ strength, topics = [] }) => strength !== 'context' && topics.some((one) => matches(metadata.topic, one)),
        ),
      )
      .map(({ id }) => id);
    return [...subcategories, ...new Set(through)];
  };
}

const readsOf = (policy) => [
  ...new Set([
    policy.subject,
    ...(policy.reads ?? []).flatMap((read) =>
      Object.entries(read).flatMap(([key, type]) => (key === 'of' ? [] : [type])),
    ),
  ]),
];

export const folderOf = ({ metadata }) =>
  ({
    pg: 'postgresql',
    st: 'storage',
    kv: 'keyvault',
    net: 'network',
    mon: 'monitor',
    def: 'defender',
    id: 'identity',
    ai: 'ai',
    bk: 'backup',
    pol: 'governance',
    res: 'governance',
    gov: 'governance',
    ws: 'workload',
  })[metadata.id.split('-')[0]];
