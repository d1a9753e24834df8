using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Headers and trailers as a list of entries.</summary>
public sealed class MetadataTests
{
    [Theory]
    [InlineData("x-case")]
    [InlineData("X-Case")]
    [InlineData("X-CASE")]
    public void finds_a_key_whatever_its_case(string key)
    {
        var metadata = new Metadata { { "X-cAsE", "found" } };

        Assert.Equal("found", metadata.GetValue(key));
        Assert.Equal("found", metadata.Get(key)?.Value);
        Assert.Single(metadata.GetAll(key));
        Assert.Equal("found"u8.ToArray(), metadata.GetValueBytes(key));
    }

    [Fact]
    public void keeps_keys_in_lower_case() => Assert.Equal("x-case", new Metadata.Entry("X-CASE", "v").Key);

    [Fact]
    public void the_last_entry_of_a_key_wins()
    {
        var metadata = new Metadata { { "k", "first" }, { "other", "between" }, { "k", "last" } };

        Assert.Equal("last", metadata.GetValue("k"));
        Assert.Equal(["first", "last"], metadata.GetAll("k").Select(entry => entry.Value));
    }

    [Fact]
    public void an_absent_key_gives_nothing()
    {
        var metadata = new Metadata { { "k", "v" } };

        Assert.Null(metadata.Get("absent"));
        Assert.Null(metadata.GetValue("absent"));
        Assert.Null(metadata.GetValueBytes("absent"));
        Assert.Empty(metadata.GetAll("absent"));
    }

    [Fact]
    public void the_empty_metadata_cannot_be_changed()
    {
        var entry = new Metadata.Entry("k", "v");

        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add(entry));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("k", "v"));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("k-bin", [1]));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Insert(0, entry));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Remove(entry));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.RemoveAt(0));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty[0] = entry);
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Empty(Metadata.Empty);
    }

    [Fact]
    public void is_a_list()
    {
        Metadata.Entry a = new("a", "1"), b = new("b", "2"), c = new("c", "3");
        var metadata = new Metadata { a, c };

        metadata.Insert(1, b);
        Assert.False(metadata.IsReadOnly);
        Assert.Equal([a, b, c], metadata);
        Assert.Equal(1, metadata.IndexOf(b));
        Assert.True(metadata.Remove(a));
        Assert.Equal((false, true), (metadata.Contains(a), metadata.Contains(b)));
        metadata[0] = a;
        metadata.RemoveAt(1);
        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 1);
        Assert.Equal([null!, a], copy);
        metadata.Clear();
        Assert.Equal((0, -1), (metadata.Count, metadata.IndexOf(a)));
    }

    [Fact]
    public void refuses_a_null_entry()
    {
        var metadata = new Metadata { { "k", "v" } };

        Assert.Throws<ArgumentNullException>(() => metadata.Add(null!));
        Assert.Throws<ArgumentNullException>(() => metadata.Insert(0, null!));
        Assert.Throws<ArgumentNullException>(() => metadata[0] = null!);
    }

    [Fact]
    public void bytes_need_a_key_that_ends_in_bin_and_text_one_that_does_not()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("k", [1]));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("k-bin", "v"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("K-BIN", "v"));
        Assert.True(new Metadata.Entry("K-BIN", [1]).IsBinary);
        Assert.False(new Metadata.Entry("k", "v").IsBinary);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("é")]
    [InlineData("a\r\nb")]
    public void refuses_a_key_with_another_character(string key)
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "v"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry($"{key} -bin", [1]));
    }

    [Fact]
    public void refuses_null_for_key_and_value()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "v"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("k", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("k-bin", (byte[])null!));
    }

    [Fact]
    public void a_binary_entry_has_no_text()
    {
        var metadata = new Metadata { { "k-bin", [1, 2] } };

        Assert.Throws<InvalidOperationException>(() => metadata[0].Value);
        Assert.Throws<InvalidOperationException>(() => metadata.GetValue("k-bin"));
    }

    [Fact]
    public void bytes_are_copied_in_and_out()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("k-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2, 3], entry.ValueBytes);
    }

    [Fact]
    public void an_entry_shows_its_text_but_not_its_bytes()
    {
        Assert.Equal("[Entry: key=k, value=v]", new Metadata.Entry("k", "v").ToString());
        Assert.Equal("[Entry: key=k-bin, valueBytes=System.Byte[]]", new Metadata.Entry("k-bin", [1]).ToString());
    }
}
