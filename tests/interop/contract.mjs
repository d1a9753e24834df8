// The contract as a descriptor set, made from the proto files as they are.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const processor = { x64: 'linux-x64', arm64: 'linux-aarch64' }[process.arch];

/** The program `buf`, from the package of this processor. */
export const buf = fileURLToPath(new URL(`node_modules/@bufbuild/buf-${processor}/bin/buf`, import.meta.url));

/** Bytes of a google.protobuf.FileDescriptorSet of the files under `protos`. */
export const describe = (protos) => execFileSync(buf, ['build', protos, '--as-file-descriptor-set', '-o', '-#format=binpb'], { maxBuffer: 1 << 26 });
