// The contract as a descriptor set, made from the proto files as they are.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const buf = fileURLToPath(new URL('node_modules/.bin/buf', import.meta.url));

/** Bytes of a google.protobuf.FileDescriptorSet of the files under `protos`. */
export const describe = (protos) => execFileSync(buf, ['build', protos, '--as-file-descriptor-set', '-o', '-#format=binpb'], { maxBuffer: 1 << 26 });
