const kinds = [
  ['policy', '../../dist/policy/policy.schema.js', 'policySchema', 'A policy: policies/<service>/<id>.yaml'],
  ['control', '../../dist/control/control.schema.js', 'controlSchema', 'An organisation control'],
  ['catalogue', '../../dist/control/catalogue.schema.js', 'catalogueSchema', "A framework's subcategories"],
  ['requirements', '../../dist/control/requirements.schema.js', 'requirementsSchema', 'The requirements'],
  ['waiver', '../../dist/control/control.schema.js', 'waiverSchema', 'A waiver of a fail'],
  ['accept-unknown', '../../dist/control/control.schema.js', 'acceptUnknownSchema', 'The acceptance of an unknown'],
  ['attestation', '../../dist/control/control.schema.js', 'attestationSchema', 'A statement of a person'],
  ['workload', '../../dist/workload/workload.schema.js', 'workloadSchema', 'The workload declaration: assay.yaml'],
  ['report-profile', '../../dist/report/profile.schema.js', 'reportProfileSchema', 'A report profile'],
];

/** The schemas that the loader checks by, as JSON Schema for editors: one definition, written out. */
export async function editorSchemas() {
  return Promise.all(
    kinds.map(async ([name, module, member, title]) => {
      const schema = (await import(module))[member];
      if (schema === undefined) throw new Error(`${module} has no ${member}`);
      const head = { $schema: 'http://json-schema.org/draft-07/schema#', title };
      return [`schemas/${name}.schema.json`, `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`];
    }),
  );
}
