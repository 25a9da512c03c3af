import { losses, strings } from './lesson.js';

globalThis.result = { losses, strings };
