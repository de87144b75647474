/**
 * `npm run build`: bundles the program and the library into dist/, with one chunk for what a command alone needs,
 * and writes the types beside it. A process that loads a few files starts in half the time of one that loads hundreds.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** jiti loads its own files by path. Only configurations in TypeScript on older Nodes need it. */
const NOT_BUNDLED = [/^node:/, 'jiti'];

/**
 * Bundles modules of src, each with an entry named after it.
 * @param entries names of entries and their files
 */
async function bundle(entries, dir) {
  const bundler = await rolldown({ cwd: ROOT, input: entries, platform: 'node', external: NOT_BUNDLED });
  // Chunks lie beside the entries: modules find files of the package by their own place.
  const { output } = await bundler.write({ dir, sourcemap: true, chunkFileNames: '[name]-[hash].js' });
  await bundler.close();
  return output;
}

/** Modules of src for scripts and benchmarks, bundled so that they run as in the program. */
export async function importSource(...files) {
  const dir = join(ROOT, 'node_modules/.cache/limio-sync', String(process.pid));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  await bundle(Object.fromEntries(files.map((file, i) => [`entry${i}`, join(ROOT, file)])), dir);
  return Promise.all(files.map((_, i) => import(pathToFileURL(join(dir, `entry${i}.js`)).href)));
}

async function build() {
  const dist = join(ROOT, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const output = await bundle(
    { bin: 'src/bin.ts', index: 'src/index.ts', 'define-config': 'src/config/define-config.ts' },
    dist,
  );
  writeFileSync(join(dist, 'LICENSES.txt'), collectLicenses(output));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
}

/** The licences of the packages whose code is in the bundle, as they ask for. */
function collectLicenses(output) {
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/')) ?? []);
  return [...new Set(folders)]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

if (fileURLToPath(import.meta.url) === process.argv[1]) await build();
