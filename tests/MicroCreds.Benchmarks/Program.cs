using System.ComponentModel;
using MicroCreds.Benchmarks.Check;
using MicroCreds.Benchmarks.Import;
using MicroCreds.Benchmarks.Rules;
using MicroCreds.Benchmarks.Storage;
using MicroCreds.Benchmarks.Verify;
using MicroCreds.Benchmarks.Wire;

try
{
    return args switch
    {
        ["rules", .. var options] => RulesCommand.Run(options),
        ["check"] => CheckCommand.Run(),
        ["verify"] => VerifyCommand.Run(),
        ["import", .. var options] => await ImportCommand.RunAsync(options),
        ["store", .. var options] => await StoreCommand.RunAsync(options),
        ["wire", .. var options] => await WireCommand.RunAsync(options),
        ["wire-server", .. var kind] => await WireServer.RunAsync(kind),
        ["fairness", .. var options] => await FairnessCommand.RunAsync(options),
        ["scale", .. var options] => await ScaleCommand.RunAsync(options),
        _ => Usage(),
    };
}
catch (Win32Exception e)
{
    // Of a program that is not there the system says the name.
    Console.Error.WriteLine($"{e.Message}\n`wire` and `fairness` need h2load, and `wire` nghttp: Debian's package nghttp2-client has both.");
    return 1;
}

static int Usage()
{
    Console.Error.WriteLine("Measures this machine. Usage: rules [--rules N]... [--seconds S] [--seed N] [--without-zen] | check | verify | import [--rules N] | store [--postgres ADDRESS] | wire [--rounds N] | fairness [--postgres ADDRESS] | scale [--cases N] [--postgres ADDRESS | --move ADDRESS]");
    return 2;
}
