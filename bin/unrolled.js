#!/usr/bin/env node
// In a checkout npx links this file, which is there, and executable, before and after every build.
import '../dist/cli/main.js';
