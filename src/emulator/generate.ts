import type { ArmBody } from './estate.schema.ts';

export interface GenerateOptions {
  readonly storageAccounts: number;
  readonly seed: number;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly location: string;
}

/**
 * Storage accounts for measuring paging: the same options always give the same bodies. Settings vary so that the
 * accounts are judged differently; every second one, on average, has a lifecycle policy below it.
 */
export function generateStorageAccounts(options: GenerateOptions): ArmBody[] {
  const random = seededRandom(options.seed);
  const bodies: ArmBody[] = [];
  for (let index = 0; index < options.storageAccounts; index += 1) {
    const account = storageAccount(options, index, random);
    bodies.push(account, blobService(account));
    if (random() < 0.5) bodies.push(lifecyclePolicy(account));
  }
  return bodies;
}

/** mulberry32: 32 bits of state are plenty to vary settings, and it needs no dependency. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function storageAccount(options: GenerateOptions, index: number, random: () => number): ArmBody {
  const { subscription, resourceGroup, location } = options;
  const group = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
  const name = `stgen${String(index).padStart(6, '0')}`;
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
  return {
    id: `${group}/providers/Microsoft.Storage/storageAccounts/${name}`,
    name,
    type: 'Microsoft.Storage/storageAccounts',
    location,
    kind: 'StorageV2',
    sku: { name: pick(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS']), tier: 'Standard' },
    tags: { environment: pick(['dev', 'test', 'uat', 'prod']) },
    properties: {
      provisioningState: 'Succeeded',
      minimumTlsVersion: pick(['TLS1_2', 'TLS1_2', 'TLS1_2', 'TLS1_0']),
      supportsHttpsTrafficOnly: true,
      publicNetworkAccess: pick(['Enabled', 'Disabled']),
      allowBlobPublicAccess: false,
      networkAcls: {
        bypass: 'AzureServices',
        virtualNetworkRules: [],
        ipRules: [],
        defaultAction: pick(['Allow', 'Deny']),
      },
      encryption: encryption(random() < 0.5),
      privateEndpointConnections: [],
      primaryLocation: location,
      statusOfPrimary: 'available',
    },
  };
}

function encryption(ownKey: boolean): Readonly<Record<string, unknown>> {
  const services = { blob: { enabled: true, keyType: 'Account' }, file: { enabled: true, keyType: 'Account' } };
  if (!ownKey) return { keySource: 'Microsoft.Storage', services };
  const keyvaultproperties = { keyname: 'generated', keyvaulturi: 'https://kv-generated.vault.azure.net' };
  return { keySource: 'Microsoft.Keyvault', services, keyvaultproperties };
}

function blobService(account: ArmBody): ArmBody {
  return {
    id: `${account.id}/blobServices/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/blobServices',
    sku: account.sku,
    properties: { cors: { corsRules: [] }, deleteRetentionPolicy: { enabled: true, days: 7 } },
  };
}

function lifecyclePolicy(account: ArmBody): ArmBody {
  const baseBlob = {
    tierToCool: { daysAfterModificationGreaterThan: 30 },
    tierToArchive: { daysAfterModificationGreaterThan: 90 },
  };
  const definition = { actions: { baseBlob }, filters: { blobTypes: ['blockBlob'] } };
  return {
    id: `${account.id}/managementPolicies/default`,
    name: 'DefaultManagementPolicy',
    type: 'Microsoft.Storage/storageAccounts/managementPolicies',
    properties: { policy: { rules: [{ name: 'tiering', enabled: true, type: 'Lifecycle', definition }] } },
  };
}
