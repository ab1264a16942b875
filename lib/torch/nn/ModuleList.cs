using System.Collections;
using System.Globalization;
using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>Modules by number. They are registered when the list itself is, so fill it before the module that owns it registers its
    /// components.</summary>
    public class ModuleList<T> : torch.nn.Module, IList<T> where T : torch.nn.Module
    {
        readonly List<T> list = [];

        public ModuleList(params T[] modules) : base(nameof(ModuleList<T>)) => list.AddRange(modules);

        protected override void RegisterComponents()
        {
            ClearModules();
            for (var i = 0; i < list.Count; i++) register_module(i.ToString(CultureInfo.InvariantCulture), list[i]);
        }

        public T this[int index]
        {
            get => list[index];
            set => list[index] = value;
        }

        public int Count => list.Count;
        public bool IsReadOnly => false;
        public void Add(T item) => list.Add(item);
        public void append(params T[] parameters) => list.AddRange(parameters);
        public void extend(IEnumerable<T> modules) => list.AddRange(modules);
        public void Insert(int index, T item) => list.Insert(index, item);
        public bool Remove(T item) => list.Remove(item);
        public void RemoveAt(int index) => list.RemoveAt(index);
        public void Clear() => list.Clear();
        public bool Contains(T item) => list.Contains(item);
        public int IndexOf(T item) => list.IndexOf(item);
        public void CopyTo(T[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);
        public IEnumerator<T> GetEnumerator() => list.GetEnumerator();
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Modules by name, in the order in which they were added. Registered when the dictionary itself is.</summary>
    public class ModuleDict<T> : torch.nn.Module, IDictionary<string, T>, IList<(string, T)> where T : torch.nn.Module
    {
        readonly List<(string name, T module)> list = [];

        public ModuleDict() : base(nameof(ModuleDict<T>)) { }

        internal ModuleDict(IEnumerable<(string, T)> modules) : this()
        {
            foreach (var (name, module) in modules) Add(name, module);
        }

        protected override void RegisterComponents()
        {
            ClearModules();
            foreach (var (name, module) in list) register_module(name, module);
        }

        public T this[string key]
        {
            get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"no module named '{key}'");
            set
            {
                var at = Find(key);
                if (at < 0) list.Add((key, value));
                else list[at] = (key, value);
            }
        }

        public (string, T) this[int index]
        {
            get => list[index];
            set => list[index] = value;
        }

        public int Count => list.Count;
        public bool IsReadOnly => false;
        public ICollection<string> Keys => [.. keys()];
        public ICollection<T> Values => [.. values()];
        public IEnumerable<string> keys() => list.Select(e => e.name);
        public IEnumerable<T> values() => list.Select(e => e.module);
        public IEnumerator<(string, T)> items() => GetEnumerator();

        public void Add(string key, T value)
        {
            if (Find(key) >= 0) throw new ArgumentException($"a module named '{key}' is there already", nameof(key));
            list.Add((key, value));
        }

        public void Add((string, T) item) => Add(item.Item1, item.Item2);
        public void Add(KeyValuePair<string, T> item) => Add(item.Key, item.Value);
        public void Insert(int index, (string, T) item) => list.Insert(index, item);
        public bool Remove(string key) => list.RemoveAll(e => e.name == key) > 0;
        public bool Remove((string, T) item) => list.Remove(item);
        public bool Remove(KeyValuePair<string, T> item) => list.Remove((item.Key, item.Value));
        public void RemoveAt(int index) => list.RemoveAt(index);
        public void Clear() => list.Clear();
        public void clear() => list.Clear();
        public bool ContainsKey(string key) => Find(key) >= 0;
        public bool Contains((string, T) item) => list.Contains(item);
        public bool Contains(KeyValuePair<string, T> item) => list.Contains((item.Key, item.Value));
        public int IndexOf((string, T) item) => list.IndexOf(item);
        public void CopyTo((string, T)[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex)
        {
            foreach (var (name, module) in list) array[arrayIndex++] = new(name, module);
        }

        public bool TryGetValue(string key, out T value)
        {
            var at = Find(key);
            value = at < 0 ? null! : list[at].module;
            return at >= 0;
        }

        public IEnumerator<(string, T)> GetEnumerator() => list.GetEnumerator();
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
        IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() => list.Select(e => KeyValuePair.Create(e.name, e.module)).GetEnumerator();

        int Find(string name) => list.FindIndex(e => e.name == name);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);
            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
            public static ModuleDict<Module> ModuleDict(params (string, Module)[] modules) => new(modules);
            public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules) where T : Module => new(modules);
        }
    }
}
