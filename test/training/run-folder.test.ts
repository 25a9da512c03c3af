import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Corpus } from '../../src/data/corpus.js';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { FormatError } from '../../src/errors.js';
import { FileError } from '../../src/formats/platform-files.js';
import { LanguageModel } from '../../src/models/language-model.js';
import type { RunEvent } from '../../src/training/events.js';
import { RunLockedError } from '../../src/training/platform-lock.js';
import { RunFolder, runName } from '../../src/training/platform-run-folder.js';
import { TextTask } from '../../src/training/text-task.js';
import { Trainer } from '../../src/training/trainer.js';

let home = '';
let path = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'unrolled-run-'));
  path = join(home, 'runs', 'one');
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const alert = (message: string): RunEvent => ({ v: 1, type: 'alert', message });
const text = 'if you want you';
function small() {
  const model = new LanguageModel(Vocabulary.from(text));
  const trainer = new Trainer(new TextTask(model, Corpus.of(text, model.vocabulary)), { seed: 0 });
  return { trainer, save: () => model.save() };
}

describe('the folder of a run', () => {
  it('is named by time and by what a name may hold', () => {
    expect(runName('my book: 1', new Date('2026-01-02T03:04:05.678Z'))).toBe('20260102-030405-my-book-1');
    expect(runName('한글', new Date(0))).toBe('19700101-000000-한글');
    expect(runName('!', new Date(0))).toBe('19700101-000000-run');
  });

  it('keeps settings and events', () => {
    const folder = RunFolder.create(path, { version: 1, lr: 0.1 });
    folder.append(alert('a'));
    folder.close();
    expect(RunFolder.configOf(path)).toEqual({ version: 1, lr: 0.1 });
    expect(RunFolder.eventsOf(path)).toEqual([alert('a')]);
    expect(readdirSync(path).sort()).toEqual(['config.json', 'events.jsonl']);
  });

  it('forgets events after the last checkpoint, and a line that was cut off', () => {
    const { trainer, save } = small();
    const folder = RunFolder.create(path, {});
    folder.append(alert('before'));
    folder.checkpoint(trainer, save);
    folder.append(alert('after'));
    folder.close();
    appendFileSync(join(path, 'events.jsonl'), '{"v":1,"ty');
    expect(RunFolder.eventsOf(path)).toEqual([alert('before'), alert('after')]);
    RunFolder.resume(path).close();
    expect(RunFolder.eventsOf(path)).toEqual([alert('before')]);
    small().trainer.restore(readFileSync(join(path, 'state.safetensors')));
  });

  it('is never started over: another gets a name of its own', () => {
    RunFolder.create(path, { lr: 1 }).close();
    const other = RunFolder.create(path, { lr: 2 });
    other.close();
    expect(other.path).toBe(`${path}-2`);
    expect(RunFolder.configOf(path)).toEqual({ lr: 1 });
  });

  it('is removed, unless somebody writes into it', () => {
    const folder = RunFolder.create(path, {});
    expect(() => RunFolder.remove(path)).toThrow(RunLockedError);
    folder.close();
    RunFolder.remove(path);
    expect(readdirSync(join(home, 'runs'))).toEqual([]);
    expect(() => RunFolder.remove(home)).toThrow('is not the folder of a run');
  });

  it('is written no longer once another has taken it over', () => {
    const folder = RunFolder.create(path, {});
    for (const name of readdirSync(path)) if (name.startsWith('lock')) rmSync(join(path, name));
    expect(() => folder.append(alert('too late'))).toThrow(RunLockedError);
    folder.close();
    expect(RunFolder.eventsOf(path)).toEqual([]);
  });

  it('says what is no folder of a run, and what is broken in one', () => {
    expect(() => RunFolder.resume(home)).toThrow(FileError);
    RunFolder.create(path, {}).close();
    writeFileSync(join(path, 'config.json'), '{');
    expect(() => RunFolder.configOf(path)).toThrow('config.json is not a JSON object');
    writeFileSync(join(path, 'events.jsonl'), '{}\n{\n');
    expect(() => RunFolder.eventsOf(path)).toThrow(/events.jsonl, line 2 is not JSON/);
  });

  it('notices events that are missing, and lets go of the lock', () => {
    const { trainer, save } = small();
    const folder = RunFolder.create(path, {});
    folder.append(alert('before'));
    folder.checkpoint(trainer, save);
    folder.close();
    truncateSync(join(path, 'events.jsonl'), 3);
    expect(() => RunFolder.resume(path)).toThrow(FormatError);
    expect(readdirSync(path).sort()).toEqual([
      ...['config.json', 'events.jsonl', 'model.safetensors', 'state.safetensors'],
    ]);
  });
});
