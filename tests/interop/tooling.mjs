// Holds the contract against its tools: style, form, change since the last release, and stubs for TypeScript and, where protoc is there, Python.
// Usage: node tooling.mjs --repository DIR [--released FILE]
// Prints one JSON object per step; exits 1 when one does not hold.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buf } from './contract.mjs';

const { values: args } = parseArgs({ options: { repository: { type: 'string' }, released: { type: 'string' } } });
if (!args.repository) throw new Error('--repository is missing');
const here = fileURLToPath(new URL('.', import.meta.url));
const tool = (name) => join(here, 'node_modules/.bin', name);
const released = args.released ?? join(here, 'released.binpb');
const work = mkdtempSync(join(tmpdir(), 'contract-'));
let failed = false;

const run = (command, ...options) => execFileSync(command, options, { cwd: args.repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function step(name, act) {
  try {
    console.log(JSON.stringify({ step: name, ok: true, detail: act() ?? '' }));
  } catch (error) {
    failed = true;
    console.log(JSON.stringify({ step: name, ok: false, detail: `${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`.slice(0, 2000) }));
  }
}

step('lint', () => run(buf, 'lint'));
step('format', () => run(buf, 'format', '-d', '--exit-code', '--path', 'protos/microcreds') && undefined);
step('breaking', () => run(buf, 'breaking', '--against', released));

// A check that cannot fail says nothing: a field taken away must be found.
step('breaking finds a field taken away', () => {
  const copy = join(work, 'copy');
  cpSync(join(args.repository, 'protos'), join(copy, 'protos'), { recursive: true });
  cpSync(join(args.repository, 'buf.yaml'), join(copy, 'buf.yaml'));
  const file = join(copy, 'protos/microcreds/federation/v1/member_service.proto');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/ {2}string caller_kind = 2;/, ''));
  const { status, stdout } = spawnSync(buf, ['breaking', '--against', released], { cwd: copy, encoding: 'utf8' });
  if (status === 0 || !stdout.includes('"caller_kind"')) throw new Error(`status ${status}: ${stdout}`);
});

const generate = (out, plugins) => run(buf, 'generate', 'protos', '-o', out, '--template', JSON.stringify({ version: 'v2', plugins }));

step('stubs for TypeScript', () => {
  const out = join(work, 'typescript');
  generate(out, [{ local: [tool('protoc-gen-es')], out: '.', opt: ['target=ts'] }]);
  cpSync(join(here, 'stub-use.ts'), join(out, 'stub-use.ts'));
  symlinkSync(join(here, 'node_modules'), join(out, 'node_modules'));
  execFileSync(tool('tsc'), ['--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck', 'stub-use.ts'], { cwd: out, encoding: 'utf8' });
});

if (spawnSync('protoc', ['--version']).status === 0 && spawnSync('/usr/bin/python3', ['-c', 'import google.protobuf']).status === 0) {
  step('stubs for Python', () => {
    const out = join(work, 'python');
    generate(out, [{ protoc_builtin: 'python', out: '.' }]);
    const use = 'from microcreds.federation.v1 import recognition_service_pb2 as r; print(r.SubmitCredentialRequest(request_id="x").ByteSize())';
    execFileSync('/usr/bin/python3', ['-c', `import sys, google; sys.path.append(${JSON.stringify(out)}); google.__path__.append(${JSON.stringify(join(out, 'google'))})\n${use}`], { encoding: 'utf8' });
  });
}

rmSync(work, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
