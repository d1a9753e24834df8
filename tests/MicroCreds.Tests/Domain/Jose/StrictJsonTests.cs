using System.Text;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Tests.Domain.Jose;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"a":2}""", "not strict JSON: a name occurs twice")]
    [InlineData("""{"a":{"b":1,"\u0062":2}}""", "twice")]
    [InlineData("""{"a":1,}""", "unexpected")]
    [InlineData("""{"a":1} x""", "unexpected")]
    [InlineData("""{"a":1 /* c */}""", "unexpected")]
    [InlineData("""{"a":""", "unexpected")]
    [InlineData("", "unexpected")]
    [InlineData("""{"a":"\ud83d"}""", "surrogate")]
    [InlineData("""{"\udc00":1}""", "surrogate")]
    public void refuses_what_two_readers_may_read_differently(string json, string fault)
    {
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), 1000, out _, out var found));
        Assert.Contains(fault, found, StringComparison.Ordinal);
    }

    [Fact]
    public void refuses_invalid_bytes_a_byte_order_mark_and_too_many_bytes()
    {
        Assert.False(StrictJson.TryParse(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }, 1000, out _, out _));
        byte[] marked = [0xEF, 0xBB, 0xBF, (byte)'1'];
        Assert.False(StrictJson.TryParse(marked, 1000, out _, out _));
        Assert.True(StrictJson.TryParse(StrictJson.SkipByteOrderMark(marked), 1000, out _, out _));
        Assert.False(StrictJson.TryParse("1234"u8.ToArray(), 3, out _, out _));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void reads_to_the_depth_allowed_and_no_further(int depth, bool read) =>
        Assert.Equal(read, StrictJson.TryParse(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)), 1000, out _, out _));

    [Fact]
    public void reads_whole_surrogate_pairs()
    {
        Assert.True(StrictJson.TryParse("\"\\ud83d\\ude00\""u8.ToArray(), 1000, out var document, out _));
        Assert.Equal("😀", document!.RootElement.GetString());
    }
}
