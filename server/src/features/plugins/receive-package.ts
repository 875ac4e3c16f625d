import type { FastifyRequest } from 'fastify';
import { limits } from '@proofpix/contract/limits';
import { receiveInMemory, type FormFields } from '../../http/upload.ts';

/** An uploaded package with the other fields of its form. @throws Problem */
export async function receivePackage(request: FastifyRequest, row: { multipart: Record<string, string> }) {
  const { file, fields } = await receiveInMemory(request, {
    row,
    fileField: 'plugin',
    maxBytes: limits.packageBytes,
    tooLarge: 'package_too_large',
  });
  const upload: { source: 'upload'; publisher: 'local'; archive: Uint8Array; fileName: string; fields: FormFields } = {
    source: 'upload',
    publisher: 'local',
    archive: file.bytes,
    fileName: file.name,
    fields,
  };
  return upload;
}
