/**
 * In which order repairs of one resource follow each other, whatever their weight, by topic of the policy: identity,
 * role, purge protection, key, encryption, private endpoint, public access off, shared key off. Public access that goes
 * off before an endpoint is approved is an outage, and so is a shared key that goes before its clients have moved.
 * No topic is about an identity alone: its commands stand at the head of the encryption steps that need it.
 */
const phases: readonly (readonly string[])[] = [
  ['kv.rbac', 'kv.access-policy'],
  ['kv.soft-delete', 'kv.purge-protection'],
  ['kv.key-size', 'kv.key-hsm', 'kv.key-expiry', 'kv.key-rotation', 'kv.key-age'],
  [
    ...['pg.cmk', 'pg.cmk-key-status', 'pg.cmk-geo-backup', 'own.pg-key-declared', 'own.pg-cmk-versionless'],
    ...['st.cmk', 'own.st-cmk-all-services', 'st.scope-cmk', 'own.st-key-declared', 'st.cmk-versionless'],
  ],
  ['pg.private-endpoint', 'st.private-endpoint', 'kv.private-endpoint', 'net.pe-state', 'net.pdns-link'],
  [
    ...['own.pg-private', 'own.st-private', 'own.kv-private', 'pg.public-access', 'st.public-access'],
    ...['kv.public-access', 'st.default-deny', 'kv.firewall', 'pg.firewall-open', 'pg.firewall-azure'],
  ],
  ['st.shared-key'],
];

const phaseByTopic = new Map(phases.flatMap((topics, phase) => topics.map((topic) => [topic, phase] as const)));

/** The place of a topic in that order, or null where the order says nothing of it. */
export function phaseOf(topic: string): number | null {
  return phaseByTopic.get(topic) ?? null;
}
