import { losses } from './lesson.js';

console.log(JSON.stringify(losses));
