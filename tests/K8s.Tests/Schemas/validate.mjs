// Reads a JSON array of Kubernetes objects from the standard input and prints, one a line, what is wrong with them:
// what their schemas refuse, and members that their schemas do not know. The validators ignore the latter, so that it is
// watched which members they look at.
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const require = createRequire(import.meta.url);

/** @returns {(object: unknown) => boolean} the validator of a kind, with its errors in `errors` */
function validatorOf({ apiVersion, kind }) {
  const [version, group = 'core'] = apiVersion.split('/').reverse();
  const name = text => text[0].toUpperCase() + text.slice(1);
  const builtIn = group.replace(/\..*/, '');
  const candidates = [
    ['kubernetes-models', `IoK8sApi${name(builtIn)}${name(version)}${kind}`],
    ['@kubernetes-models/keda', `ComGithubKedacoreKedaV2Apis${name(builtIn)}${name(version)}${kind}`],
    ['@kubernetes-models/prometheus-operator', `ComGithubPrometheusOperatorPrometheusOperatorPkgApis${name(builtIn)}${name(version)}${kind}`],
  ];
  for (const [module, schema] of candidates) {
    const path = join(modules, module, '_schemas', `${schema}.js`);
    if (existsSync(path)) {
      return require(path).validate;
    }
  }

  return undefined;
}

/** A view of a value that writes down which members are looked at. */
function watch(value, path, seen) {
  if (value === null || typeof value !== 'object') {
    return value;
  }

  const looked = new Set();
  seen.push({ value, path, looked });
  const members = new Map();
  return new Proxy(value, {
    get(target, key) {
      if (typeof key !== 'string') {
        return target[key];
      }

      looked.add(key);
      if (!Object.hasOwn(target, key)) {
        return target[key];
      }

      if (!members.has(key)) {
        members.set(key, watch(target[key], `${path}/${key}`, seen));
      }

      return members.get(key);
    },
  });
}

for (const object of JSON.parse(readFileSync(0, 'utf8'))) {
  const title = `${object.kind} ${object.metadata?.name}`;
  const validate = validatorOf(object);
  if (!validate) {
    console.log(`${title}: there is no schema of ${object.apiVersion} ${object.kind}`);
    continue;
  }

  const seen = [];
  if (!validate(watch(object, '', seen))) {
    for (const { instancePath, message, keyword, params } of validate.errors) {
      console.log(`${title}: ${instancePath || '/'} ${message ?? keyword} ${JSON.stringify(params)}`);
    }
  }

  // A member that nobody looks at, where others are looked for, is unknown. Where nothing is looked for, anything goes.
  for (const { value, path, looked } of seen.filter(({ value, looked }) => !Array.isArray(value) && looked.size > 0)) {
    for (const key of Object.keys(value).filter(key => !looked.has(key))) {
      console.log(`${title}: ${path}/${key} is unknown`);
    }
  }
}
