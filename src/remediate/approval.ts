import type { Policy } from '../policy/policy.schema.ts';

/** Words of topics, as hyphens and dots part them. */
const TOPIC_WORDS = new Set([
  ...['cmk', 'key', 'keys', 'rotation', 'infra', 'purge', 'vault', 'encryption'],
  ...['public', 'private', 'vnet', 'dns', 'endpoint', 'firewall', 'deny', 'trusted', 'nsg', 'outbound', 'perimeter'],
  ...['immutable', 'immutability', 'worm', 'hold'],
]);
const TOPIC_ROOMS = new Set(['net']);

/** Commands and options of az that change keys, network or immutability, whatever the topic is called. */
const COMMANDS = [
  /\baz\s+keyvault\b/,
  /\baz\s+network\b/,
  /\s--(?:encryption-)?key(?:-[a-z]+)*\b/,
  /\bencryption-scope\b/,
  /\bprivate-endpoint\b/,
  /\s--public-(?:network-)?access\b/,
  /\s--allow-(?:blob-public|shared-key)-access\b/,
  /\s--(?:default-action|bypass|vnet|vnet-name|subnet)\b/,
  /\b(?:network|firewall)-rule\b/,
  /\bimmutability-policy\b|\blegal-hold\b|\s--(?:allow-)?(?:immutab|protected-append)/,
];

/**
 * Whether the customer must approve: what the policy declares, and always where a step touches keys, network or
 * immutability, or cannot be undone. The declaration can add an approval and never remove one.
 */
export function approvalFor(policy: Policy): 'none' | 'customer' {
  const { remediation, metadata } = policy;
  const asked = remediation.approval === 'customer' || remediation.class === 'irreversible';
  return asked || topicTouches(metadata.topic) || commandsTouch(remediation.az) ? 'customer' : 'none';
}

function topicTouches(topic: string): boolean {
  const [room = '', ...words] = topic.split(/[.-]/);
  return TOPIC_ROOMS.has(room) || words.some((word) => TOPIC_WORDS.has(word));
}

function commandsTouch(az: readonly string[]): boolean {
  return az.some((line) => COMMANDS.some((command) => command.test(line)));
}
