/** Where DAVIS comes from. */
export const davisSource =
  'DAVIS (https://davischallenge.org): download the TrainVal package of 480p or full resolution and give its folder; for ' +
  'research: cite it, do not hand it on.';

/** The validation sequences of DAVIS 2016. */
export const davis2016Validation: string[] = (
  'blackswan bmx-trees breakdance camel car-roundabout car-shadow cows dance-twirl dog drift-chicane drift-straight goat ' +
  'horsejump-high kite-surf libby motocross-jump paragliding-launch parkour scooter-black soapbox'
).split(' ');

/** The validation sequences of DAVIS 2017. */
export const davis2017Validation: string[] = (
  'bike-packing blackswan bmx-trees breakdance camel car-roundabout car-shadow cows dance-twirl dog dogs-jump ' +
  'drift-chicane drift-straight goat gold-fish horsejump-high india judo kite-surf lab-coat libby loading mbike-trick ' +
  'motocross-jump paragliding-launch parkour pigs scooter-black shooting soapbox'
).split(' ');
