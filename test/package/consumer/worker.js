import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (losses) => console.log(JSON.stringify(losses)));
} else {
  const { losses } = await import('./lesson.js');
  parentPort.postMessage(losses);
}
