using System.Globalization;
using System.Text.Json;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>
/// The attackers as a process of their own, told by lines on its standard input: <c>begin node|decoy SHARE SECONDS NAME|NAME</c> and <c>end</c>. It says on its standard output
/// ten times a second how they stand, and ends with its input.
/// </summary>
internal static class Attackers
{
    public const string Mode = "attack";

    public static async Task RunAsync(string[] words)
    {
        using var node = AttackTarget.Of(words);
        using var decoy = new Decoy(node);
        Campaign[] campaigns = [];
        using var tell = new Timer(_ => Tell(campaigns), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        while (await System.Console.In.ReadLineAsync() is { } line)
        {
            if (line.Split(' ', 5) is ["begin", var whom, var share, var seconds, var names])
            {
                Campaign[] begun =
                [
                    .. names.Split('|').Select(n => new Campaign(
                        Attack.All.Single(a => a.Name == n), whom == "node" ? node : decoy.Target, double.Parse(share, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)))),
                ];
                foreach (var campaign in begun) campaign.Begin();
                campaigns = begun;
            }
            else
            {
                await Task.WhenAll(campaigns.Select(c => c.EndAsync()));
                Tell(campaigns);
                foreach (var campaign in campaigns) campaign.Dispose();
                campaigns = [];
            }
        }
    }

    private static void Tell(Campaign[] campaigns)
    {
        lock (System.Console.Out) System.Console.WriteLine(JsonSerializer.Serialize(campaigns.Select(c => c.State)));
    }
}
