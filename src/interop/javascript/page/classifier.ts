import type { Classifying } from '../runtime/classifier.js';
import { element, say, show } from './element.js';

/** A field for a text, and how likely each label is. */
export function classifierPage(classify: Classifying['classify']): void {
  const field = element('textarea', { rows: 4, placeholder: say('A text …', '글을 넣어 보세요 …') });
  const bars = element('dl');
  field.oninput = () => {
    bars.textContent = '';
    let labels: ReturnType<typeof classify> = [];
    try {
      labels = classify(field.value);
    } catch {
      if (field.value) bars.append(element('dt', {}, say('nothing known yet', '아는 글자가 없습니다')));
    }
    for (const { label, probability } of labels) {
      const bar = element('i');
      bar.style.width = `${100 * probability}%`;
      bars.append(element('dt', {}, label), element('dd', {}, bar, `${Math.round(100 * probability)} %`));
    }
  };
  show(field, bars);
}
