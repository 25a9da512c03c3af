import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'test/conformance/run.ts',
  platform: 'node',
  output: { dir: '.cache/conformance', entryFileNames: 'run.js', codeSplitting: false },
});
