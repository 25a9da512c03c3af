import type { ProgressEvent, StartEvent } from '../../training/events.js';
import { sparkline, styled, type Terminal } from '../terminal.js';
import type { View } from './view.js';

const PLAIN_EVERY_SECONDS = 10;

/** A long text being learnt, for people: a line an epoch on stdout, and on stderr how far the epoch is. */
export function textView(out: Terminal, notes: Terminal): View {
  const losses: number[] = [];
  let epochs = 0;
  let lastPlain = performance.now();
  const clear = (): void => {
    if (notes.live) notes.write('\r\u001b[K');
  };
  return (event) => {
    if (event.type === 'start') {
      epochs = event.epochs;
      notes.write(`${header(event)}\n`);
    } else if (event.type === 'progress') {
      const line = progressLine(event, epochs);
      const now = performance.now();
      if (notes.live) notes.write(`\r\u001b[K${line.slice(0, notes.columns - 1)}`);
      else if (now - lastPlain > PLAIN_EVERY_SECONDS * 1000) {
        lastPlain = now;
        notes.write(`${line}\n`);
      }
    } else if (event.type === 'epoch') {
      losses.push(event.loss);
      clear();
      const bars = styled(out, 'cyan', sparkline(losses, 30));
      const val =
        event.valLoss === undefined ? '' : `  val ${event.valLoss.toFixed(4)}${event.best ? ' ✓' : '  '}`;
      out.write(`epoch ${event.epoch + 1}/${epochs}  loss ${event.loss.toFixed(4)}${val}  ${bars}\n`);
    } else if (event.type === 'checkpoint') notes.write(`saved ${event.path}\n`);
    else if (event.type === 'alert') notes.write(`note: ${event.message}\n`);
    else
      notes.write(
        `${event.epochs} epochs in ${duration(event.seconds)}, loss ${event.loss.toFixed(4)} nats a character\n`,
      );
  };
}

function header({ model, characters, vocabulary, lr, seed, input }: StartEvent): string {
  const [batch, time] = input;
  const layers = model.numLayers > 1 ? `${model.numLayers} x ` : '';
  return (
    `${count(characters)} characters, ${vocabulary.length} different   ` +
    `${model.cell.toUpperCase()} ${layers}${model.hiddenSize}, ${count(model.parameters)} parameters   ` +
    `${batch} streams x ${time} steps, Adam lr ${lr}, seed ${seed}`
  );
}

function progressLine(event: ProgressEvent, epochs: number): string {
  const { epoch, step, steps, loss, charactersPerSecond, secondsLeft } = event;
  const done = Math.floor((100 * step) / steps);
  return (
    `epoch ${epoch + 1}/${epochs}  ${String(done).padStart(2)}%  loss ${loss.toFixed(4)}  ` +
    `${count(charactersPerSecond)} chars/s  ${duration(secondsLeft)} left`
  );
}

/** 65, 1.2k, 3.4M. */
function count(n: number): string {
  if (n < 1000) return n.toFixed(0);
  return n < 1e6 ? `${(n / 1e3).toFixed(1)}k` : `${(n / 1e6).toFixed(2)}M`;
}

/** 4.2s, 1:05, 2:03:04. */
function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
