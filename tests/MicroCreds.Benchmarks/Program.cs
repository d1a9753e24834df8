using MicroCreds.Benchmarks.Check;
using MicroCreds.Benchmarks.Import;
using MicroCreds.Benchmarks.Rules;

return args switch
{
    ["rules", .. var options] => RulesCommand.Run(options),
    ["check"] => CheckCommand.Run(),
    ["import", .. var options] => await ImportCommand.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Measures this machine. Usage: rules [--rules N]... [--seconds S] [--seed N] [--without-zen] | check | import [--rules N]");
    return 2;
}
