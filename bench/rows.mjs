// The rows of the bench estate, in the shape that a live collection writes them (recorded answers): one function a type.

/** mulberry32: the same seed gives the same estate on any machine. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = (random, values) => values[Math.floor(random() * values.length)];

/** Ids grow with the index in code-unit order, as a partition is sorted. */
export function placeOf(index) {
  const group = Math.floor(index / 100);
  const tail = String(Math.floor(group / 100)).padStart(12, '0');
  const subscription = `11111111-1111-4111-8111-${tail}`;
  const resourceGroup = `rg-bench-${String(group).padStart(6, '0')}`;
  return {
    subscription,
    resourceGroup,
    root: `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers`,
  };
}

function graphRow(index, type, name, random, own) {
  const { subscription, resourceGroup, root } = placeOf(index);
  return {
    id: `${root}/${type}/${name}`,
    name,
    type: type.toLowerCase(),
    tenantId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    kind: '',
    location: 'swedencentral',
    resourceGroup,
    subscriptionId: subscription,
    managedBy: '',
    sku: null,
    plan: null,
    ...own,
    tags: {
      application: 'bench',
      environment: pick(random, ['dev', 'test', 'uat', 'prod']),
      dataClassification: 'internal',
      costCentre: String(Math.floor(random() * 1000)),
    },
    identity: null,
    zones: null,
    extendedLocation: null,
  };
}

const numbered = (prefix, index) => `${prefix}${String(index).padStart(8, '0')}`;

export function storageAccount(index, random) {
  const name = numbered('stbench', index);
  const host = (service) => `https://${name}.${service}.core.windows.net/`;
  const at = '2026-02-11T08:15:42.1180000Z';
  const ownKey = random() < 0.5;
  const services = {
    blob: { keyType: 'Account', enabled: true, lastEnabledTime: at },
    file: { keyType: 'Account', enabled: true, lastEnabledTime: at },
  };
  return graphRow(index, 'Microsoft.Storage/storageAccounts', name, random, {
    kind: 'StorageV2',
    sku: { name: pick(random, ['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS', 'Standard_RAGRS']), tier: 'Standard' },
    properties: {
      privateEndpointConnections: random() < 0.5 ? [endpointConnection(index, name)] : [],
      provisioningState: 'Succeeded',
      creationTime: at,
      keyCreationTime: { key1: at, key2: at },
      dnsEndpointType: 'Standard',
      publicNetworkAccess: pick(random, ['Enabled', 'Disabled']),
      networkAcls: {
        bypass: 'AzureServices',
        defaultAction: pick(random, ['Allow', 'Deny']),
        virtualNetworkRules: [],
        ipRules: [{ value: '203.0.113.16/28', action: 'Allow' }],
        resourceAccessRules: [],
      },
      minimumTlsVersion: pick(random, ['TLS1_2', 'TLS1_2', 'TLS1_2', 'TLS1_0']),
      supportsHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: random() < 0.5,
      allowCrossTenantReplication: false,
      defaultToOAuthAuthentication: true,
      isHnsEnabled: false,
      accessTier: 'Hot',
      encryption: ownKey
        ? {
            keySource: 'Microsoft.Keyvault',
            keyvaultproperties: { keyvaulturi: 'https://kv-bench.vault.azure.net', keyname: 'cmk' },
            services,
            requireInfrastructureEncryption: true,
          }
        : { keySource: 'Microsoft.Storage', services, requireInfrastructureEncryption: false },
      primaryEndpoints: {
        blob: host('blob'),
        dfs: host('dfs'),
        web: host('z1.web'),
        queue: host('queue'),
        table: host('table'),
        file: host('file'),
      },
      primaryLocation: 'swedencentral',
      statusOfPrimary: 'available',
    },
  });
}

function endpointConnection(index, name) {
  const { root } = placeOf(index);
  return {
    id: `${root}/Microsoft.Storage/storageAccounts/${name}/privateEndpointConnections/pe-${name}.1`,
    name: `pe-${name}.1`,
    type: 'Microsoft.Storage/storageAccounts/privateEndpointConnections',
    properties: {
      provisioningState: 'Succeeded',
      privateEndpoint: { id: `${root}/Microsoft.Network/privateEndpoints/pe-${name}` },
      privateLinkServiceConnectionState: { status: 'Approved', description: 'Auto-Approved', actionRequired: 'None' },
    },
  };
}

export function privateEndpoint(index, account, random) {
  const { root } = placeOf(index);
  const name = `pe-${account.name}`;
  const id = `${root}/Microsoft.Network/privateEndpoints/${name}`;
  return graphRow(index, 'Microsoft.Network/privateEndpoints', name, random, {
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: 'fe89cbad-c00a-5cb4-bf41-4330c72ea89f',
      privateLinkServiceConnections: [
        {
          name: `${name}-connection`,
          id: `${id}/privateLinkServiceConnections/${name}-connection`,
          type: 'Microsoft.Network/privateEndpoints/privateLinkServiceConnections',
          properties: {
            provisioningState: 'Succeeded',
            privateLinkServiceId: account.id,
            groupIds: [pick(random, ['blob', 'blob', 'file'])],
            privateLinkServiceConnectionState: {
              status: 'Approved',
              description: 'Auto-Approved',
              actionsRequired: 'None',
            },
          },
        },
      ],
      manualPrivateLinkServiceConnections: [],
      customNetworkInterfaceName: `nic-${name}`,
      subnet: { id: `${root}/Microsoft.Network/virtualNetworks/vnet-bench/subnets/snet-endpoints` },
      ipConfigurations: [],
      networkInterfaces: [{ id: `${root}/Microsoft.Network/networkInterfaces/nic-${name}` }],
      customDnsConfigs: [],
    },
  });
}

export function postgresServer(index, random) {
  const name = numbered('pg-bench-', index);
  const ownKey = random() < 0.5;
  const tenantId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  const [sku, tier] = pick(random, [
    ['Standard_B1ms', 'Burstable'],
    ['Standard_D4ds_v5', 'GeneralPurpose'],
    ['Standard_E4ds_v5', 'MemoryOptimized'],
  ]);
  return graphRow(index, 'Microsoft.DBforPostgreSQL/flexibleServers', name, random, {
    sku: { name: sku, tier },
    properties: {
      administratorLogin: 'bench_admin',
      version: pick(random, ['13', '15', '16', '17']),
      minorVersion: '6',
      state: 'Ready',
      fullyQualifiedDomainName: `${name}.postgres.database.azure.com`,
      availabilityZone: '1',
      storage: { type: '', storageSizeGB: 128, autoGrow: 'Enabled', tier: 'P10', iops: 500 },
      authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: pick(random, ['Enabled', 'Disabled']), tenantId },
      dataEncryption: ownKey
        ? {
            type: 'AzureKeyVault',
            primaryKeyURI: 'https://kv-bench.vault.azure.net/keys/cmk',
            primaryEncryptionKeyStatus: 'Valid',
          }
        : { type: 'SystemManaged' },
      backup: {
        backupRetentionDays: pick(random, [7, 14, 35]),
        geoRedundantBackup: pick(random, ['Enabled', 'Disabled']),
        earliestRestoreDate: '2026-11-13T01:12:44.5523914+00:00',
      },
      network: { publicNetworkAccess: pick(random, ['Enabled', 'Disabled']) },
      highAvailability: { mode: pick(random, ['Disabled', 'ZoneRedundant']), state: 'Healthy' },
      maintenanceWindow: { customWindow: 'Disabled', dayOfWeek: 0, startHour: 0, startMinute: 0 },
      replicationRole: 'Primary',
      replica: { role: 'Primary', capacity: 5 },
      replicaCapacity: 5,
      privateEndpointConnections: [],
    },
  });
}

export function keyVault(index, random) {
  const name = numbered('kv-bench-', index);
  return graphRow(index, 'Microsoft.KeyVault/vaults', name, random, {
    properties: {
      sku: { family: 'A', name: pick(random, ['standard', 'premium']) },
      tenantId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
      accessPolicies: [],
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enableRbacAuthorization: random() < 0.7,
      enablePurgeProtection: random() < 0.5,
      networkAcls: {
        bypass: 'AzureServices',
        defaultAction: pick(random, ['Allow', 'Deny']),
        ipRules: [],
        virtualNetworkRules: [],
      },
      publicNetworkAccess: pick(random, ['Enabled', 'Disabled']),
      privateEndpointConnections: [],
      vaultUri: `https://${name}.vault.azure.net/`,
      provisioningState: 'Succeeded',
    },
  });
}

const OTHER_TYPES = [
  'Microsoft.Compute/disks',
  'Microsoft.Compute/virtualMachines',
  'Microsoft.Network/networkInterfaces',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Web/sites',
];
export const otherTypes = OTHER_TYPES.map((type) => type.toLowerCase());

/** Types that no policy reads: their bytes are in the snapshot and must cost nothing. */
export function otherResource(index, type, random) {
  const exact = OTHER_TYPES.find((one) => one.toLowerCase() === type);
  const settings = Array.from({ length: 12 }, (_, n) => ({
    name: `setting-${n}`,
    value: String(Math.floor(random() * 1e9)),
  }));
  return graphRow(index, exact, numbered('res-bench-', index), random, {
    properties: { provisioningState: 'Succeeded', uniqueId: `u-${Math.floor(random() * 1e12)}`, settings },
  });
}

function childRow(parent, kind, name, properties) {
  return {
    id: `${parent.id}/${kind}/${name}`,
    name,
    type: `${parent.type}/${kind.toLowerCase()}`,
    properties,
    parentId: parent.id,
    subscriptionId: parent.subscriptionId,
    resourceGroup: parent.resourceGroup,
    absent: false,
  };
}

const absentChild = (parent, kind, name) => ({ ...childRow(parent, kind, name, {}), absent: true });

export function lifecyclePolicy(account, random) {
  if (random() < 0.3) return absentChild(account, 'managementPolicies', 'default');
  const after = (days) => ({ daysAfterModificationGreaterThan: days });
  const actions = {
    baseBlob: { tierToCool: after(30), tierToArchive: after(90), delete: after(pick(random, [365, 2557])) },
  };
  const definition = { actions, filters: { blobTypes: ['blockBlob'], prefixMatch: ['record-plane/'] } };
  const rules = [{ name: 'tiering', enabled: true, type: 'Lifecycle', definition }];
  return childRow(account, 'managementPolicies', 'default', {
    policy: { rules },
    lastModifiedTime: '2026-03-01T10:00:00Z',
  });
}

export function blobService(account, random) {
  return childRow(account, 'blobServices', 'default', {
    cors: { corsRules: [] },
    deleteRetentionPolicy: { enabled: random() < 0.8, days: pick(random, [7, 30, 90]), allowPermanentDelete: false },
    containerDeleteRetentionPolicy: { enabled: true, days: 7 },
    isVersioningEnabled: random() < 0.5,
    changeFeed: { enabled: random() < 0.5 },
  });
}

const SPECIAL = [
  ['ssl_min_protocol_version', ['TLSv1.2', 'TLSv1.3']],
  ['require_secure_transport', ['on', 'off']],
  ['log_checkpoints', ['on', 'off']],
  ['log_connections', ['on', 'off']],
  ['log_disconnections', ['on', 'off']],
  ['connection_throttle.enable', ['on', 'off']],
  ['logfiles.retention_days', ['3', '7']],
  ['pgaudit.log', ['none', 'ddl', 'write']],
  ['max_connections', ['100', '859']],
  ['azure.extensions', ['', 'PGAUDIT,VECTOR']],
  ['shared_preload_libraries', ['', 'pgaudit']],
  ['pgms_wait_sampling.query_capture_mode', ['NONE', 'ALL']],
];
const FAMILIES = ['autovacuum', 'log', 'pg_qs', 'enable', 'geqo', 'wal', 'work', 'jit', 'intelligent_tuning', 'cron'];

/** Names of a server's configurations in the order of their ids. */
export function configurationNames(count) {
  const made = Array.from({ length: Math.max(0, count - SPECIAL.length) }, (_, n) => {
    const family = FAMILIES[n % FAMILIES.length];
    return `${family}_setting_${String(Math.floor(n / FAMILIES.length)).padStart(3, '0')}`;
  });
  return [...made, ...SPECIAL.slice(0, count).map(([name]) => name)].sort();
}

const CHOICES = new Map(SPECIAL);

export function configuration(server, name, random) {
  const choices = CHOICES.get(name) ?? ['on', 'off'];
  const value = pick(random, choices);
  return childRow(server, 'configurations', name, {
    value,
    description: `Sets how the server treats ${name.replaceAll('_', ' ')}; the value is applied to new sessions.`,
    defaultValue: choices[0],
    dataType: 'Enumeration',
    allowedValues: choices.join(','),
    source: value === choices[0] ? 'system-default' : 'user-override',
    isDynamicConfig: true,
    isReadOnly: false,
    isConfigPendingRestart: false,
    documentationLink: `https://www.postgresql.org/docs/16/runtime-config.html#GUC-${name.toUpperCase()}`,
  });
}

export function vaultKey(vault, number) {
  const name = `key-${String(number).padStart(3, '0')}`;
  const attributes = {
    enabled: true,
    exp: 1_800_000_000,
    created: 1_700_000_000,
    updated: 1_700_000_000,
    recoveryLevel: 'Recoverable',
  };
  return childRow(vault, 'keys', name, {
    attributes,
    kty: 'RSA',
    keySize: 3072,
    keyOps: ['wrapKey', 'unwrapKey'],
    keyUri: `https://${vault.name}.vault.azure.net/keys/${name}`,
    rotationPolicy: { lifetimeActions: [], attributes: { expiryTime: 'P1Y' } },
  });
}

export function keyVersion(key, number) {
  const name = String(number).padStart(32, '0');
  const created = 1_790_000_000 + number * 7_776_000;
  const properties = { attributes: { enabled: true, created, updated: created }, kty: 'RSA', keySize: 3072 };
  return { ...childRow(key, 'versions', name, properties), name };
}

export function encryptionScope(account, random) {
  const properties = { source: pick(random, ['Microsoft.Storage', 'Microsoft.KeyVault']), state: 'Enabled' };
  return childRow(account, 'encryptionScopes', 'scope-1', properties);
}

/** A setting below any resource: its type is its own, not one below its parent's. */
export function diagnosticSetting(parent, categories) {
  const logs = categories.map((category) => ({
    category,
    categoryGroup: null,
    enabled: true,
    retentionPolicy: { enabled: false, days: 0 },
  }));
  const workspaceId = `${placeOf(0).root}/Microsoft.OperationalInsights/workspaces/log-bench`;
  const row = childRow(parent, 'providers/microsoft.insights/diagnosticSettings', 'audit', {
    workspaceId,
    logs,
    metrics: [],
  });
  return { ...row, type: 'microsoft.insights/diagnosticsettings' };
}
