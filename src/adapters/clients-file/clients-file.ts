/**
 * The register of relying parties as one YAML file, read again at each call: no request waits on it, only a boot, a
 * rebuild of the provider or a command. Secrets never stand in the file, which names the variables that hold them.
 */
import { ServiceError } from '../../errors.ts';
import { readYamlFile } from '../../operator-file.ts';
import type { Client, Clients } from '../../ports/clients.ts';
import { type ClientsFile, isClientId, readClient } from './read-client.ts';

/** The register over the file. A change of the file, or of a secret that it names, is seen by the next call. */
export function createFileClients(file: ClientsFile): Clients {
  const list = async () => {
    const { clients, faults: unread } = readClientsFile(file);
    const faults = [...unread, ...file.checkClients(clients)];
    if (faults.length > 0) throw new ServiceError('store_unavailable', { details: { faults } });
    return clients;
  };
  return {
    list,
    find: async (clientId) => (await list()).find((client) => client.clientId === clientId),
  };
}

/** Reads the whole file. @returns every fault, each as one line; the clients are sound when there is none. */
export function readClientsFile(file: ClientsFile): { clients: readonly Client[]; faults: readonly string[] } {
  const faults: string[] = [];
  const entries = readEntries(file.path, faults);
  const clients = entries.map((entry, at) => readClient(entry, at + 1, file, faults));
  const ids = clients.map((client) => client.clientId).filter(isClientId);
  for (const id of new Set(ids.filter((candidate, at) => ids.indexOf(candidate) !== at)))
    faults.push(`client ${id}: stands twice in the clients file`);
  return { clients, faults };
}

function readEntries(path: string, faults: string[]): readonly Record<string, unknown>[] {
  const fault = (text: string) => {
    faults.push(`clients.file (CLIENTS_FILE): ${text}`);
    return [];
  };
  const read = readYamlFile(path);
  if ('fault' in read) return fault(read.fault);
  const list = (read.content as { clients?: unknown } | null)?.clients;
  if (!Array.isArray(list) || list.length === 0) return fault('must have a list `clients` with at least one client');
  return list.map((entry) => (isRecord(entry) ? entry : {}));
}

function isRecord(entry: unknown): entry is Record<string, unknown> {
  return typeof entry === 'object' && entry !== null && !Array.isArray(entry);
}
