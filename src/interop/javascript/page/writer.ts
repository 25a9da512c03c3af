import type { Language } from '../runtime/language.js';
import { element, say, show } from './element.js';

/** Milliseconds of writing between two looks at the page. */
const SLICE = 12;

/** A field for the start of a text, how bold the model shall be, and what it writes. */
export function writerPage(sample: Language['sample']): void {
  const prompt = element('textarea', { rows: 2, placeholder: say('Begin a text …', '글을 시작해 보세요 …') });
  const temperature = element('input', { type: 'range', min: '0', max: '1.5', step: '0.1', value: '0.8' });
  const degree = element('output');
  const button = element('button', { type: 'submit' });
  const given = element('span', { className: 'given' });
  const written = element('span');
  const problem = element('p', { className: 'problem', role: 'alert' });
  let turn = 0;
  const label = (isWriting: boolean): void => {
    button.textContent = isWriting ? say('Stop', '멈춤') : say('Write', '쓰기');
    button.value = isWriting ? 'stop' : '';
  };
  const measure = (): void => {
    degree.value = Number(temperature.value).toFixed(1);
  };
  const stop = (): void => {
    turn++;
    label(false);
  };
  const write = (): void => {
    const own = ++turn;
    const pieces = sample({ prompt: prompt.value, length: 600, temperature: Number(temperature.value) });
    given.textContent = prompt.value;
    written.textContent = problem.textContent = '';
    label(true);
    const go = (): void => {
      try {
        for (const end = performance.now() + SLICE; own === turn && performance.now() < end;) {
          const { done, value } = pieces.next();
          if (done) stop();
          else written.append(value);
        }
      } catch (error) {
        stop();
        problem.textContent =
          say('The model does not know this: ', '모델이 모르는 글자입니다: ') + told(error);
      }
      if (own === turn) setTimeout(go, SLICE);
    };
    go();
  };
  const form = element(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        if (button.value) stop();
        else write();
      },
      onkeydown: (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) write();
      },
    },
    prompt,
    element('label', {}, say('Temperature', '온도'), temperature, degree),
    button,
  );
  temperature.oninput = measure;
  measure();
  label(false);
  show(form, problem, element('p', { className: 'text' }, given, written));
}

const told = (error: unknown): string => (error as Error).message.replace('unknown: ', '');
