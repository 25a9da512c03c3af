import * as ort from 'onnxruntime-web';
import type { Tensor } from '../../../src/tensor/tensor.js';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Numbers that go into a model or come out of it. */
export interface Numbers {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** An input of whole numbers, which ONNX wants in 64 bits for indices and in 32 for lengths. */
export const int64 = (x: Tensor): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(x.data, BigInt), [...x.shape]);

export const int32 = (x: Tensor): ort.Tensor =>
  new ort.Tensor('int32', Int32Array.from(x.data), [...x.shape]);

export const float32 = (x: Tensor): ort.Tensor =>
  new ort.Tensor('float32', Float32Array.from(x.data), [...x.shape]);

/** A model in onnxruntime, another implementation of what ONNX says. */
export class Runtime {
  private constructor(private readonly session: ort.InferenceSession) {}

  static async of(file: Uint8Array): Promise<Runtime> {
    return new Runtime(await ort.InferenceSession.create(file, { executionProviders: ['wasm'] }));
  }

  async run(inputs: Readonly<Record<string, ort.Tensor>>): Promise<Record<string, ort.Tensor>> {
    return this.session.run(inputs);
  }
}

/** The largest difference between what onnxruntime gave and a tensor of ours; infinite for another shape. */
export function difference(got: ort.Tensor, want: Tensor): number {
  if (got.dims.join() !== want.shape.join()) return Infinity;
  const ours = want.data;
  return (got.data as Float32Array).reduce((most, x, i) => Math.max(most, Math.abs(x - ours[i])), 0);
}
