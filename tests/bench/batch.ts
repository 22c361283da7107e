/** Batches of many children, each of which calls a URL: how the time that they take, and what they leave, grows with their number. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRoot } from './journal-figures.ts';
import { type Stage, setStage } from './stage.ts';

export interface BatchFigures {
  readonly children: number;
  /** From the request that makes the batch to the answer with all results. */
  readonly ms: number;
  readonly msPerChild: number;
  readonly entries: number;
  readonly journalBytes: number;
}

interface Response {
  readonly job_id: string;
  readonly state: string;
  readonly child_data: readonly unknown[];
}

const waitMs = 30_000;

export async function measureBatches(sizes: readonly number[]): Promise<BatchFigures[]> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"state":"complete","data":{"done":true}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const stage = await setStage();
  try {
    // What is loaded at the first use is in memory before it is measured.
    await runBatch(stage, url, 50);
    const figures: BatchFigures[] = [];
    for (const children of sizes) figures.push(await measured(stage, url, children));
    return figures;
  } finally {
    await stage.close();
    server.closeAllConnections();
    server.close();
  }
}

async function measured(stage: Stage, url: string, children: number): Promise<BatchFigures> {
  const start = performance.now();
  const id = await runBatch(stage, url, children);
  const ms = performance.now() - start;
  return { children, ms, msPerChild: ms / children, ...readRoot(stage.databaseFile, `job/${id}`) };
}

/** Makes a batch and waits for its end. Throws when it is not complete, so that a figure never stands for children that were lost. */
async function runBatch(stage: Stage, url: string, children: number): Promise<string> {
  const child = { method: 'POST', url, data: { order: 'one' } };
  let batch = await stage.call<Response>('POST', '/api/job/batch', {
    batch: { method: 'FINAL' },
    children: Array.from({ length: children }, () => child),
  });
  const id = batch.job_id;
  while (batch.state === 'pending') batch = await stage.call('GET', `/api/job/${id}?wait_ms=${waitMs}`);
  if (batch.state !== 'complete' || batch.child_data.length !== children)
    throw new Error(`a batch of ${children} ended as ${batch.state} with ${batch.child_data.length} results`);
  return id;
}
