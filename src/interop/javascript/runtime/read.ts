/** The next matrix of a file, row after row. */
export type Read = (rows: number, columns: number) => Float32Array;

/** The bytes that base64 stands for. */
export function bytesOf(base64: string): DataView {
  const text = atob(base64);
  const view = new DataView(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i++) view.setUint8(i, text.charCodeAt(i));
  return view;
}
