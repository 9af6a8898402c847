// All tests of the page share one server and one browser, so they are one file to the test runner.

import "./asking.js";
import "./drawing.js";
import "./keyboard.js";
import "./looks.js";
import "./tasks.js";
import "./trouble.js";
