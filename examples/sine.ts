// A forecaster for a wave with noise, beside naive forecasts. npx node examples/sine.ts
import {
  fit,
  forecast,
  Forecaster,
  heldOutResiduals,
  manualSeed,
  Scaler,
  SeriesTask,
  splitByTime,
} from 'unrolled';
import { evaluateForecaster } from 'unrolled/evaluation';

manualSeed(0);

/** A wave of 25 steps with a slower one below it, and noise from a small generator. */
let dice = 1;
const noise = (): number => {
  dice = (dice * 48271) % 2147483647;
  return dice / 2147483647 - 0.5;
};
const wave = Float64Array.from(
  { length: 1000 },
  (_, t) => 20 + 5 * Math.sin((2 * Math.PI * t) / 25) + 2 * Math.sin((2 * Math.PI * t) / 160) + 0.6 * noise(),
);
const [past, future] = splitByTime({ columns: ['wave'], dates: null, values: [wave] }, 0.2);

const model = new Forecaster({
  ...{ columns: ['wave'], targets: ['wave'], window: 30, horizon: 10, hiddenSize: 24 },
  // Fitted on the past only: the future must not leak into what the model sees.
  scaler: Scaler.fit(past.values, 'standard'),
});
for (const event of fit(new SeriesTask(model, past, future), { epochs: 30, lr: 0.01, schedule: 'cosine' })) {
  if (event.type === 'epoch' && event.epoch % 5 === 4)
    console.log(
      `epoch ${event.epoch + 1}  loss ${event.loss.toFixed(4)}  held out ${event.valLoss?.toFixed(4)}`,
    );
}

const [{ model: own, naive, seasonalNaive }] = evaluateForecaster(model, past, future, { season: 25 });
for (const [name, metrics] of Object.entries({ model: own, naive, 'seasonal naive': seasonalNaive! })) {
  console.log(`${name.padEnd(15)} MAE ${metrics.mae.toFixed(3)}  RMSE ${metrics.rmse.toFixed(3)}`);
}

model.residuals = heldOutResiduals(model, future);
for (const { mean, lower, upper } of forecast(model, future, { horizon: 3, level: 0.9 })) {
  console.log(`${mean.toFixed(2)}, in 9 of 10 cases from ${lower!.toFixed(2)} to ${upper!.toFixed(2)}`);
}
