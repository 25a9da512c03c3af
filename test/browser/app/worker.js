import { losses, strings } from './lesson.js';

postMessage({ losses, strings });
