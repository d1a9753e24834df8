using System.Globalization;

namespace MicroCreds.Benchmarks.Rules;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Sizes">Rules in each table, in turn.</param>
/// <param name="WarmUp">Time before anything counts, for each size.</param>
/// <param name="Measured">Time that counts, for each size.</param>
/// <param name="Seed">Seed of the tables.</param>
/// <param name="Zen">Whether to run Zen where it is installed.</param>
internal sealed record RulesOptions(int[] Sizes, TimeSpan WarmUp, TimeSpan Measured, ulong Seed, bool Zen)
{
    /// <summary>Reads the options; null, with a sentence on standard error, when one is wrong.</summary>
    internal static RulesOptions? Parse(string[] args)
    {
        var sizes = new List<int>();
        var options = new RulesOptions([], TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(20), 1, true);
        for (var i = 0; i < args.Length; i++)
        {
            var number = i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : -1;
            switch (args[i])
            {
                case "--rules" when number >= 100: sizes.Add(number); i++; break;
                case "--seconds" when number >= 1: options = options with { Measured = TimeSpan.FromSeconds(number) }; i++; break;
                case "--seed" when number >= 0: options = options with { Seed = (ulong)number }; i++; break;
                case "--without-zen": options = options with { Zen = false }; break;
                default:
                    Console.Error.WriteLine($"Not understood: {args[i]}. Options: --rules N (100 or more, may be repeated), --seconds S, --seed N, --without-zen.");
                    return null;
            }
        }

        return options with { Sizes = sizes.Count > 0 ? [.. sizes] : [1_000, 10_000, 100_000, 1_000_000] };
    }
}
