// Makes what is in no checkout: the kernels, and the runtime of exported modules.
import './build-kernels.mjs';
import './build-runtime.mjs';
