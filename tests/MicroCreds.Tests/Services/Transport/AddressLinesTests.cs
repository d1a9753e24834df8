using System.Net;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Services.Transport;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>Which of those who wait is let in first, and who has to go when there are too many.</summary>
public sealed class AddressLinesTests
{
    private readonly List<string> _comers = [];

    [Fact]
    public void whoever_opens_many_waits_for_himself()
    {
        var lines = new AddressLines<string>(100);
        Come(lines, "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.7", "192.0.2.9", "192.0.2.7");
        int[] inTurns = [0, 3, 4, 1, 5, 2];
        Assert.Equal(inTurns, Entries(lines));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", "2001:db8:1:3::1", 2)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", 2)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:2::7", 1)]
    [InlineData("192.0.2.1", "192.0.2.2", "192.0.2.1", 1)]
    public void one_caller_is_a_whole_address_or_64_bits_of_one(string first, string second, string third, int afterTheFirst)
    {
        var lines = new AddressLines<string>(100);
        Come(lines, first, second, third);
        Assert.Equal(afterTheFirst, Entries(lines)[1]);
    }

    [Fact]
    public void when_all_places_are_taken_the_last_of_the_longest_line_goes()
    {
        var lines = new AddressLines<string>(5);
        Assert.Empty(Come(lines, "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.7"));
        // Somebody else, for whom the last one of the many goes; one more of the many; somebody else again, and again.
        Assert.Equal([3, 6, 2], Come(lines, "192.0.2.9", "192.0.2.1", "192.0.2.8"));
        int[] inTurns = [0, 4, 5, 7, 1];
        Assert.Equal(inTurns, Entries(lines));
    }

    [Fact]
    public void nobody_goes_for_one_whose_line_would_be_as_long()
    {
        var lines = new AddressLines<string>(4);
        Come(lines, "192.0.2.1", "192.0.2.1", "192.0.2.7", "192.0.2.7");
        Assert.Equal([4], Come(lines, "192.0.2.7"));
        // A line of his own is shorter than one of two.
        Assert.Equal([1], Come(lines, "192.0.2.9"));
        Assert.Equal([6], Come(lines, "192.0.2.1"));
        int[] inTurns = [0, 2, 5, 3];
        Assert.Equal(inTurns, Entries(lines));
        Assert.Empty(Entries(lines));
        Assert.Empty(Come(lines, "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"));
        Assert.Equal([11], Come(lines, "192.0.2.5"));
    }

    [Fact]
    public void nobody_is_lost_or_let_in_twice() => 
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), NobodyIsLost).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(200));

    /// <param name="events">Below 0: one is let in; otherwise one comes, from that address.</param>
    private void NobodyIsLost(int[] events)
    {
        _comers.Clear();
        var (lines, gone, entered) = (new AddressLines<string>(5), new List<int>(), new List<int>());
        foreach (var e in events)
        {
            if (e >= 0) gone.AddRange(Come(lines, $"192.0.2.{e % 7}"));
            else if (lines.Next() is { } next) entered.Add(_comers.IndexOf(next));
            Assert.InRange(_comers.Count - gone.Count - entered.Count, 0, 5);
        }

        Assert.Equal(Enumerable.Range(0, _comers.Count), entered.Concat(gone).Concat(Entries(lines)).Order());
    }

    /// <summary>They come one after another. Answers the numbers of those who had to go, in the order of all who ever came.</summary>
    private int[] Come(AddressLines<string> lines, params string[] addresses)
    {
        var gone = new List<int>();
        foreach (var address in addresses)
        {
            var comer = $"{address} {_comers.Count}";
            _comers.Add(comer);
            if (lines.Add(IPAddress.Parse(address), comer) is { } last) gone.Add(_comers.IndexOf(last));
        }

        return [.. gone];
    }

    private int[] Entries(AddressLines<string> lines)
    {
        var entries = new List<int>();
        while (lines.Next() is { } next) entries.Add(_comers.IndexOf(next));
        return [.. entries];
    }
}
